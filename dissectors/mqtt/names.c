/* names.c - what the codes of MQTT are called, and the table of its fields.
 *
 * MQTT 3.1.1 §3.2.2.3 has five refusals, MQTT 5.0 §2.4 one list of reasons for
 * all packets, of which only the names of 0 differ. */
#include "dissectors/mqtt/fields.h"

/* clang-format off */
#define MQTT_REASONS                                                                              \
    { 0x80, "unspecified error" },                                                                \
    { 0x81, "malformed packet" },                                                                 \
    { 0x82, "protocol error" },                                                                   \
    { 0x83, "implementation specific error" },                                                    \
    { 0x84, "unsupported protocol version" },                                                     \
    { 0x85, "client identifier not valid" },                                                      \
    { 0x86, "bad user name or password" },                                                        \
    { 0x87, "not authorized" },                                                                   \
    { 0x88, "server unavailable" },                                                               \
    { 0x89, "server busy" },                                                                      \
    { 0x8a, "banned" },                                                                           \
    { 0x8b, "server shutting down" },                                                             \
    { 0x8c, "bad authentication method" },                                                        \
    { 0x8d, "keep alive timeout" },                                                               \
    { 0x8e, "session taken over" },                                                               \
    { 0x8f, "topic filter invalid" },                                                             \
    { 0x90, "topic name invalid" },                                                               \
    { 0x91, "packet identifier in use" },                                                         \
    { 0x92, "packet identifier not found" },                                                      \
    { 0x93, "receive maximum exceeded" },                                                         \
    { 0x94, "topic alias invalid" },                                                              \
    { 0x95, "packet too large" },                                                                 \
    { 0x96, "message rate too high" },                                                            \
    { 0x97, "quota exceeded" },                                                                   \
    { 0x98, "administrative action" },                                                            \
    { 0x99, "payload format invalid" },                                                           \
    { 0x9a, "retain not supported" },                                                             \
    { 0x9b, "QoS not supported" },                                                                \
    { 0x9c, "use another server" },                                                               \
    { 0x9d, "server moved" },                                                                     \
    { 0x9e, "shared subscriptions not supported" },                                               \
    { 0x9f, "connection rate exceeded" },                                                         \
    { 0xa0, "maximum connect time" },                                                             \
    { 0xa1, "subscription identifiers not supported" },                                           \
    { 0xa2, "wildcard subscriptions not supported" },                                             \
    { 0, NULL }
/* clang-format on */

static const struct code_name versions[] = {
    { 3, "3.1" },
    { 4, "3.1.1" },
    { 5, "5" },
    { 0, NULL },
};

static const struct code_name connack_codes[] = {
    { 0, "accepted" },
    { 1, "unacceptable protocol version" },
    { 2, "identifier rejected" },
    { 3, "server unavailable" },
    { 4, "bad user name or password" },
    { 5, "not authorized" },
    MQTT_REASONS,
};

static const struct code_name disconnect_codes[] = {
    { 0, "normal disconnection" },
    { 4, "disconnect with will message" },
    MQTT_REASONS,
};

static const struct code_name auth_codes[] = {
    { 0, "success" },
    { 0x18, "continue authentication" },
    { 0x19, "re-authenticate" },
    { 0, NULL },
};

static const struct code_name reasons[] = { { 0, "success" }, MQTT_REASONS };

const struct code_names mqtt_versions = { .word = "level", .names = versions };
const struct code_names mqtt_connack_codes = { .word = "code", .names = connack_codes };
const struct code_names mqtt_disconnect_codes = { .word = "reason", .names = disconnect_codes };
const struct code_names mqtt_auth_codes = { .word = "reason", .names = auth_codes };
const struct code_names mqtt_reasons = { .word = "reason", .names = reasons };

static const struct field fields[] = { MQTT_FIELDS(FIELD_ROW) };

const struct field_table mqtt_field_table = { NULL, fields, MQTT_FIELD_COUNT };
