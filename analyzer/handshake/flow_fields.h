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
    FIELD(FLOW_RESET_BY, WORD, "flow.reset_by", "who reset the connection first: client or server") \
    FIELD(FLOW_CLOSED_BY, WORD, "flow.closed_by", "who sent the first FIN: client or server")       \
    FIELD(FLOW_ENDING, WORD, "flow.ending", "closed, reset, silent, evicted or cut-off: how it ended") \
    FIELD(FLOW_SILENCE, DURATION, "flow.silence", "from its last packet to the capture's last")     \
    FIELD(FLOW_ICMP_TYPE, NUMBER, "flow.icmp_type", "type of the first ICMP error about it")        \
    FIELD(FLOW_ICMP_CODE, NUMBER, "flow.icmp_code", "code of the first ICMP error about it")        \
    FIELD(FLOW_ICMP_VERSION, NUMBER, "flow.icmp_version", "4 for ICMP, 6 for ICMPv6")               \
    FIELD(FLOW_ICMP_FROM, ADDRESS, "flow.icmp_from", "who sent that ICMP error")                    \
    FIELD(FLOW_ICMP_ABOUT, WORD, "flow.icmp_about", "whose packet it quotes: client or server")     \
    FIELD(FLOW_ICMP_TOO_LARGE_ABOUT, WORD, "flow.icmp_too_large_about", "whose packet was too large for the way, by the latest ICMP error that says so") \
    FIELD(FLOW_ICMP_TOO_LARGE_FROM, ADDRESS, "flow.icmp_too_large_from", "the router that said so") \
    FIELD(FLOW_ICMP_MTU, NUMBER, "flow.icmp_mtu", "the largest packet that passes there, as it says") \
    FIELD(FLOW_ONE_SIDED, WORD, "flow.one_sided", "only this side's packets are in the capture, though both spoke") \
    FIELD(FLOW_STARTS_LATE, BOOL, "flow.starts_late", "the capture begins in its middle")           \
    FIELD(FLOW_ENDS_EARLY, BOOL, "flow.ends_early", "the capture ends before it did")               \
    FIELD(FLOW_LOST_BYTES, NUMBER, "flow.lost_bytes", "bytes that were sent and are not in the capture") \
    FIELD(FLOW_CLIENT_UNSEEN, NUMBER, "flow.client_unseen", "bytes the client sent, by its sequence numbers, that the capture does not have") \
    FIELD(FLOW_SERVER_UNSEEN, NUMBER, "flow.server_unseen", "bytes the server sent, by its sequence numbers, that the capture does not have") \
    FIELD(FLOW_BREAKS_OFF, BOOL, "flow.breaks_off", "the capture is damaged, and this is open where it breaks off") \
    FIELD(FLOW_MACHINE_DROPS, NUMBER, "flow.machine_drops", "packets, of whatever connection, that the capturing machine says it lost before this was judged") \
    FIELD(FLOW_CUT, BOOL, "flow.cut", "the snap length cut its packets")                            \
    FIELD(FLOW_CLIENT_SPEAKS, WORD, "flow.client_speaks", "protocol of the client's first bytes: http, ssh, mqtt, ...") \
    FIELD(FLOW_SERVER_SPEAKS, WORD, "flow.server_speaks", "protocol of the server's first bytes")   \
    FIELD(FLOW_PROTOCOL_GUESS, WORD, "flow.protocol_guess", "what nDPI takes an otherwise unknown protocol for: modbus, telnet, ...; likely, not proven") \
    FIELD(FLOW_SERVER_SAYS, TEXT, "flow.server_says", "the server's first bytes, where they are text") \
    FIELD(FLOW_TUNNELS, NUMBER, "flow.tunnels", "encapsulations around its packets")                \
    FIELD(FLOW_NEIGHBOR_REQUESTS, NUMBER, "flow.neighbor_requests", "how often somebody on the link asked for the server's hardware address in vain (ARP, neighbour discovery)") \
    FIELD(FLOW_NEIGHBOR_SPAN, DURATION, "flow.neighbor_span", "from the first of these requests to the last") \
    FIELD(FLOW_NEIGHBOR_ASKED_BY, ADDRESS, "flow.neighbor_asked_by", "who asked") \
    /* the way and the pace: of completed ones only when slow or asked for, and counts only when something was lost */         \
    FIELD(FLOW_CLOSED_AFTER, DURATION, "flow.closed_after", "from its first packet to the first FIN or reset") \
    FIELD(FLOW_RESET_TTL, NUMBER, "flow.reset_ttl", "TTL or hop limit of the first reset")          \
    FIELD(FLOW_RESET_SENDER_TTL, NUMBER, "flow.reset_sender_ttl", "TTL of the other packets from that side, the first of them") \
    FIELD(FLOW_RESET_TTL_FOREIGN, BOOL, "flow.reset_ttl_foreign", "the first reset came over another number of hops than all other packets of its side") \
    FIELD(FLOW_RESET_IP_ID, NUMBER, "flow.reset_ip_id", "IP identification of the first reset, IPv4") \
    FIELD(FLOW_RESET_IP_ID_FOREIGN, BOOL, "flow.reset_ip_id_foreign", "that does not continue the numbers of its side, which count up; absent where they do not") \
    FIELD(FLOW_RESET_EARLY, BOOL, "flow.reset_early", "the first reset acknowledges bytes that can't have reached its sender yet") \
    FIELD(FLOW_RESETS_AT_ONCE, BOOL, "flow.resets_at_once", "both sides reset within 20 ms, and neither answered anything") \
    FIELD(FLOW_AFTER_RESET, NUMBER, "flow.after_reset", "payload bytes that the side which reset sent after that") \
    FIELD(FLOW_SYN_SPAN, DURATION, "flow.syn_span", "from the client's first SYN to its last")      \
    FIELD(FLOW_SYN_ACK_RETRIES, NUMBER, "flow.syn_ack_retries", "SYN-ACKs the server sent after its first") \
    FIELD(FLOW_SYN_ACK_SPAN, DURATION, "flow.syn_ack_span", "from the server's first SYN-ACK to its last") \
    FIELD(FLOW_RTT, DURATION, "flow.rtt", "round trip between client and server, by the TCP handshake") \
    FIELD(FLOW_CLIENT_RTT, DURATION, "flow.client_rtt", "the part of it between the point of capture and the client") \
    FIELD(FLOW_SERVER_RTT, DURATION, "flow.server_rtt", "the part of it between the point of capture and the server") \
    FIELD(FLOW_CLIENT_FLIGHT_RTTS, NUMBERS, "flow.client_flight_rtts", "microseconds until each flight of the client was acknowledged; 0 where that can't be told") \
    FIELD(FLOW_SERVER_FLIGHT_RTTS, NUMBERS, "flow.server_flight_rtts", "microseconds until each flight of the server was acknowledged; 0 where that can't be told") \
    FIELD(FLOW_CLIENT_MSS, NUMBER, "flow.client_mss", "largest segment the client wants to get")    \
    FIELD(FLOW_SERVER_MSS, NUMBER, "flow.server_mss", "largest segment the server wants to get")    \
    FIELD(FLOW_CLIENT_TTL, NUMBER, "flow.client_ttl", "TTL or hop limit of the client's first packet") \
    FIELD(FLOW_SERVER_TTL, NUMBER, "flow.server_ttl", "TTL or hop limit of the server's first packet") \
    FIELD(FLOW_CLIENT_IP_ID, NUMBER, "flow.client_ip_id", "IP identification of the client's first packet, IPv4") \
    FIELD(FLOW_SERVER_IP_ID, NUMBER, "flow.server_ip_id", "IP identification of the server's first packet, IPv4") \
    FIELD(FLOW_CLIENT_TIMEOUTS, NUMBER, "flow.client_timeouts", "segments the client sent again because time had passed") \
    FIELD(FLOW_SERVER_TIMEOUTS, NUMBER, "flow.server_timeouts", "segments the server sent again because time had passed") \
    FIELD(FLOW_CLIENT_FAST_RETRANSMISSIONS, NUMBER, "flow.client_fast_retransmissions", "segments the client sent again because the server told of a hole") \
    FIELD(FLOW_SERVER_FAST_RETRANSMISSIONS, NUMBER, "flow.server_fast_retransmissions", "segments the server sent again because the client told of a hole") \
    FIELD(FLOW_CLIENT_SPURIOUS_RETRANSMISSIONS, NUMBER, "flow.client_spurious_retransmissions", "segments the client sent again though they had arrived") \
    FIELD(FLOW_SERVER_SPURIOUS_RETRANSMISSIONS, NUMBER, "flow.server_spurious_retransmissions", "segments the server sent again though they had arrived") \
    FIELD(FLOW_CLIENT_DUPLICATE_ACKS, NUMBER, "flow.client_duplicate_acks", "acknowledgements of the client that brought no news") \
    FIELD(FLOW_SERVER_DUPLICATE_ACKS, NUMBER, "flow.server_duplicate_acks", "acknowledgements of the server that brought no news") \
    FIELD(FLOW_CLIENT_SACK_HOLES, NUMBER, "flow.client_sack_holes", "acknowledgements of the client that told of a hole (SACK)") \
    FIELD(FLOW_SERVER_SACK_HOLES, NUMBER, "flow.server_sack_holes", "acknowledgements of the server that told of a hole (SACK)") \
    FIELD(FLOW_CLIENT_ZERO_WINDOWS, NUMBER, "flow.client_zero_windows", "packets in which the client said that it has no room") \
    FIELD(FLOW_SERVER_ZERO_WINDOWS, NUMBER, "flow.server_zero_windows", "packets in which the server said that it has no room") \
    FIELD(FLOW_CLIENT_FULL_SEGMENTS, NUMBER, "flow.client_full_segments", "full-size segments the client sent") \
    FIELD(FLOW_SERVER_FULL_SEGMENTS, NUMBER, "flow.server_full_segments", "full-size segments the server sent") \
    FIELD(FLOW_CLIENT_FULL_ARRIVED, NUMBER, "flow.client_full_arrived", "how many of these the server ever acknowledged") \
    FIELD(FLOW_SERVER_FULL_ARRIVED, NUMBER, "flow.server_full_arrived", "how many of these the client ever acknowledged") \
    FIELD(FLOW_CLIENT_LARGEST_ARRIVED, NUMBER, "flow.client_largest_arrived", "payload of the largest segment of the client that the server acknowledged") \
    FIELD(FLOW_SERVER_LARGEST_ARRIVED, NUMBER, "flow.server_largest_arrived", "payload of the largest segment of the server that the client acknowledged") \
    FIELD(FLOW_CLIENT_SMALLEST_UNACKED, NUMBER, "flow.client_smallest_unacked", "payload of the smallest segment the client sent again and again in vain") \
    FIELD(FLOW_SERVER_SMALLEST_UNACKED, NUMBER, "flow.server_smallest_unacked", "payload of the smallest segment the server sent again and again in vain") \
    FIELD(FLOW_CLIENT_UNACKED, NUMBER, "flow.client_unacked", "bytes the client sent that are in the capture and were never acknowledged") \
    FIELD(FLOW_SERVER_UNACKED, NUMBER, "flow.server_unacked", "bytes the server sent that are in the capture and were never acknowledged") \
    FIELD(FLOW_CLIENT_TRIES, NUMBER, "flow.client_tries", "how often the client sent what was never acknowledged") \
    FIELD(FLOW_SERVER_TRIES, NUMBER, "flow.server_tries", "how often the server sent what was never acknowledged") \
    FIELD(FLOW_CLIENT_TRIED_FOR, DURATION, "flow.client_tried_for", "from the first of these tries to the last") \
    FIELD(FLOW_SERVER_TRIED_FOR, DURATION, "flow.server_tried_for", "from the first of these tries to the last") \
    FIELD(FLOW_CLIENT_LOST, NUMBER, "flow.client_lost", "bytes the client sent that are not in the capture and that the server never acknowledged: lost before they came here") \
    FIELD(FLOW_SERVER_LOST, NUMBER, "flow.server_lost", "bytes the server sent that are not in the capture and that the client never acknowledged: lost before they came here") \
    FIELD(FLOW_CLIENT_LOST_FULL, NUMBER, "flow.client_lost_full", "full-size segments that fit into these holes") \
    FIELD(FLOW_SERVER_LOST_FULL, NUMBER, "flow.server_lost_full", "full-size segments that fit into these holes") \
    FIELD(FLOW_CLIENT_UNANSWERED, NUMBER, "flow.client_unanswered", "bytes of the client that were acknowledged, and after which the server said nothing") \
    FIELD(FLOW_SERVER_UNANSWERED, NUMBER, "flow.server_unanswered", "bytes of the server that were acknowledged, and after which the client said nothing") \
    FIELD(FLOW_LOST_TOWARDS, WORD, "flow.lost_towards", "where packets were lost again and again until the end: on the way to the client, to the server, or both") \
    FIELD(FLOW_GONE, WORD, "flow.gone", "the side that nothing was heard of any more once the other sent its bytes again") \
    /* pace */                                                                                      \
    FIELD(FLOW_LARGEST_GAP, DURATION, "flow.largest_gap", "longest time between two messages of the handshake") \
    FIELD(FLOW_LARGEST_GAP_BEFORE, WORD, "flow.largest_gap_before", "the message that this time passed before") \
    FIELD(FLOW_LARGEST_GAP_FROM, WORD, "flow.largest_gap_from", "who sent that message")
/* clang-format on */

enum flow_field { FLOW_FIELDS(FIELD_ID) FLOW_FIELD_COUNT };
/* From here on they are about the way, and only found where somebody asks. */
enum { FLOW_FIRST_OF_PATH = FLOW_CLOSED_AFTER };
extern const struct field_table flow_field_table;

#endif
