/* history_fields.h - what the same peers did before in this run, as fields.
 *
 * analyzer/history.c remembers finished handshakes in packet order and fills
 * these before the next one is judged; rules read them, JSON nests them under
 * history. A peer that was not seen before has none of them. */
#ifndef HANDSHAKE_HISTORY_FIELDS_H
#define HANDSHAKE_HISTORY_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define HISTORY_FIELDS(FIELD)                                                                       \
    FIELD(HISTORY_SERVER_COMPLETED, NUMBER, "history.server_completed", "handshakes that this server completed before, with anyone") \
    FIELD(HISTORY_SERVER_FAILED, NUMBER, "history.server_failed", "handshakes with this server that failed before") \
    FIELD(HISTORY_SERVER_SPEAKS, WORD, "history.server_speaks", "where the server said nothing: the one protocol in which its port answered others, tls, mqtt, http, ...") \
    FIELD(HISTORY_SERVER_VERSION, WORD, "history.server_version", "highest version this server chose before") \
    FIELD(HISTORY_SERVER_LOWEST_VERSION, WORD, "history.server_lowest_version", "lowest version this server chose before") \
    FIELD(HISTORY_SERVER_CIPHER, WORD, "history.server_cipher", "cipher suite this server chose last, in a version that this client offers") \
    FIELD(HISTORY_SERVER_CIPHER_OFFERED, BOOL, "history.server_cipher_offered", "this client offers that suite too, or another that this server chose lately") \
    FIELD(HISTORY_SERVER_GROUP, WORD, "history.server_group", "key exchange group this server used last, in such a version") \
    FIELD(HISTORY_SERVER_GROUP_OFFERED, BOOL, "history.server_group_offered", "this client offers that group too, or another that this server used lately") \
    FIELD(HISTORY_SMALL_HELLOS_ANSWERED, NUMBER, "history.small_hellos_answered", "ClientHellos in one segment that this server answered before") \
    FIELD(HISTORY_LARGE_HELLOS_ANSWERED, NUMBER, "history.large_hellos_answered", "ClientHellos in several segments that this server answered before") \
    FIELD(HISTORY_OTHER_NAMES_ANSWERED, NUMBER, "history.other_names_answered", "ClientHellos with another name or none that this address answered before") \
    FIELD(HISTORY_OTHER_NAMES_COMPLETED, NUMBER, "history.other_names_completed", "handshakes with another name or none that this address completed before") \
    FIELD(HISTORY_SAME_NAME_COMPLETED, NUMBER, "history.same_name_completed", "handshakes with this name that this address completed before") \
    FIELD(HISTORY_SAME_NAME_ANSWERED, NUMBER, "history.same_name_answered", "ClientHellos with this name that this address answered before") \
    FIELD(HISTORY_SAME_NAME_DIED, NUMBER, "history.same_name_died", "ClientHellos with this name to this address that nothing answered before") \
    FIELD(HISTORY_CLIENT_COMPLETED, NUMBER, "history.client_completed", "handshakes that this client completed before, with anyone") \
    FIELD(HISTORY_CLIENT_FAILED, NUMBER, "history.client_failed", "handshakes of this client that failed before") \
    FIELD(HISTORY_PAIR_COMPLETED, NUMBER, "history.pair_completed", "handshakes that these two completed before") \
    FIELD(HISTORY_PAIR_FAILED, NUMBER, "history.pair_failed", "handshakes of these two that failed since their last good one") \
    FIELD(HISTORY_PAIR_LAST_GOOD, TIME, "history.pair_last_good", "when their last good one began") \
    FIELD(HISTORY_NAME_ISSUER, TEXT, "history.name_issuer", "another issuer that a certificate for this name had before in this run") \
    FIELD(HISTORY_TAKEN_OVER, BOOL, "history.taken_over", "the server closed this MQTT connection just when another CONNECT with its client id had come") \
    FIELD(HISTORY_CLIENT_ID_CONNECTS, NUMBER, "history.client_id_connects", "MQTT CONNECTs with this client id to this server so far; of a client without an id, from its address") \
    FIELD(HISTORY_CONNECTS_IN_VAIN, NUMBER, "history.connects_in_vain", "how many of them in a row, before this one, were refused, unanswered, or ended without the client's DISCONNECT before it had published or subscribed") \
    FIELD(HISTORY_CONNECT_PERIOD, DURATION, "history.connect_period", "mean time between the latest CONNECTs with this client id from this address") \
    FIELD(HISTORY_CONNECTS_REGULAR, BOOL, "history.connects_regular", "these times differ by less than a fifth of their mean: a timer makes them")
/* clang-format on */

enum history_field { HISTORY_FIELDS(FIELD_ID) HISTORY_FIELD_COUNT };
extern const struct field_table history_field_table;

#endif
