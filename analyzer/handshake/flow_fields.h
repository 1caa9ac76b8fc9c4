/* flow_fields.h - what the transport and the capture say about a handshake.
 *
 * The pipeline sets them from struct flow before a handshake is judged; rules
 * read them as flow.*, JSON nests them under flow_facts. */
#ifndef HANDSHAKE_FLOW_FIELDS_H
#define HANDSHAKE_FLOW_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define FLOW_FIELDS(FIELD)                                                                          \
    FIELD(FLOW_SYN_RETRIES, NUMBER, "flow.syn_retries", "SYNs the client sent after its first")     \
    FIELD(FLOW_SYN_ACK, BOOL, "flow.syn_ack", "the server answered the SYN")                        \
    FIELD(FLOW_ESTABLISHED, BOOL, "flow.established", "the TCP handshake was over, or data went both ways") \
    FIELD(FLOW_CLIENT_BYTES, NUMBER, "flow.client_bytes", "payload bytes the client sent")          \
    FIELD(FLOW_SERVER_BYTES, NUMBER, "flow.server_bytes", "payload bytes the server sent")          \
    FIELD(FLOW_CLIENT_PACKETS, NUMBER, "flow.client_packets", "packets the client sent")            \
    FIELD(FLOW_SERVER_PACKETS, NUMBER, "flow.server_packets", "packets the server sent")            \
    FIELD(FLOW_CLIENT_RETRANSMISSIONS, NUMBER, "flow.client_retransmissions", "segments or flights the client sent again") \
    FIELD(FLOW_SERVER_RETRANSMISSIONS, NUMBER, "flow.server_retransmissions", "segments or flights the server sent again") \
    FIELD(FLOW_CLIENT_DATA_ACKED, BOOL, "flow.client_data_acked", "the server acknowledged client bytes") \
    FIELD(FLOW_SERVER_DATA_ACKED, BOOL, "flow.server_data_acked", "the client acknowledged server bytes") \
    FIELD(FLOW_RESET_BY, TEXT, "flow.reset_by", "who reset the connection first: client or server") \
    FIELD(FLOW_CLOSED_BY, TEXT, "flow.closed_by", "who sent the first FIN: client or server")       \
    FIELD(FLOW_ENDING, TEXT, "flow.ending", "closed, reset, silent, evicted or cut-off: how it ended") \
    FIELD(FLOW_SILENCE, DURATION, "flow.silence", "from its last packet to the capture's last")     \
    FIELD(FLOW_ICMP_TYPE, NUMBER, "flow.icmp_type", "type of the first ICMP error about it")        \
    FIELD(FLOW_ICMP_CODE, NUMBER, "flow.icmp_code", "code of the first ICMP error about it")        \
    FIELD(FLOW_ICMP_VERSION, NUMBER, "flow.icmp_version", "4 for ICMP, 6 for ICMPv6")               \
    FIELD(FLOW_ONE_SIDED, TEXT, "flow.one_sided", "only this side's packets are in the capture, though both spoke") \
    FIELD(FLOW_STARTS_LATE, BOOL, "flow.starts_late", "the capture begins in its middle")           \
    FIELD(FLOW_ENDS_EARLY, BOOL, "flow.ends_early", "the capture ends before it did")               \
    FIELD(FLOW_LOST_BYTES, NUMBER, "flow.lost_bytes", "bytes that were sent and are not in the capture") \
    FIELD(FLOW_CLIENT_UNSEEN, NUMBER, "flow.client_unseen", "bytes the client sent, by its sequence numbers, that the capture does not have") \
    FIELD(FLOW_SERVER_UNSEEN, NUMBER, "flow.server_unseen", "bytes the server sent, by its sequence numbers, that the capture does not have") \
    FIELD(FLOW_CUT, BOOL, "flow.cut", "the snap length cut its packets")                            \
    FIELD(FLOW_CLIENT_SPEAKS, TEXT, "flow.client_speaks", "protocol of the client's first bytes: http, ssh, mqtt, ...") \
    FIELD(FLOW_SERVER_SPEAKS, TEXT, "flow.server_speaks", "protocol of the server's first bytes")   \
    FIELD(FLOW_PROTOCOL_GUESS, TEXT, "flow.protocol_guess", "what nDPI takes an otherwise unknown protocol for: modbus, telnet, ...; likely, not proven") \
    FIELD(FLOW_SERVER_SAYS, TEXT, "flow.server_says", "the server's first bytes, where they are text") \
    FIELD(FLOW_TUNNELS, NUMBER, "flow.tunnels", "encapsulations around its packets")
/* clang-format on */

enum flow_field { FLOW_FIELDS(FIELD_ID) FLOW_FIELD_COUNT };
extern const struct field_table flow_field_table;

#endif
