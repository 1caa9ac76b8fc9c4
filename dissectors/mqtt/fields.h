/* fields.h - every fact about an MQTT connection that rules and reports can name.
 *
 * User names, passwords, authentication data and payloads are secrets: that they
 * are there is a fact, what they are is not. */
#ifndef MQTT_FIELDS_H
#define MQTT_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define MQTT_FIELDS(FIELD)                                                                          \
    /* CONNECT */                                                                                   \
    FIELD(MQTT_VERSION, CODE(mqtt_versions), "mqtt.version", "version the client speaks: 3.1, 3.1.1 or 5") \
    FIELD(MQTT_PROTOCOL_NAME, TEXT, "mqtt.protocol_name", "name in the CONNECT: MQTT, or MQIsdp in version 3.1") \
    FIELD(MQTT_BRIDGE, BOOL, "mqtt.bridge", "the client says that it is a bridge of another broker") \
    FIELD(MQTT_CLIENT_ID, TEXT, "mqtt.client_id", "client id; empty when the client leaves the choice to the server") \
    FIELD(MQTT_CLEAN_START, BOOL, "mqtt.clean_start", "the client wants no earlier session: clean session up to 3.1.1") \
    FIELD(MQTT_KEEP_ALIVE, DURATION, "mqtt.keep_alive", "longest silence the client allows itself; 0 for any") \
    FIELD(MQTT_USER_NAME, BOOL, "mqtt.user_name", "the client sent a user name")                    \
    FIELD(MQTT_PASSWORD, BOOL, "mqtt.password", "the client sent a password")                       \
    FIELD(MQTT_WILL, BOOL, "mqtt.will", "the client left a will")                                   \
    FIELD(MQTT_WILL_TOPIC, TEXT, "mqtt.will_topic", "topic of the will")                            \
    FIELD(MQTT_WILL_QOS, NUMBER, "mqtt.will_qos", "quality of service of the will")                 \
    FIELD(MQTT_WILL_RETAIN, BOOL, "mqtt.will_retain", "the will is to be retained")                 \
    FIELD(MQTT_WILL_DELAY, DURATION, "mqtt.will_delay", "how long the server waits before it publishes the will") \
    FIELD(MQTT_SESSION_EXPIRY, DURATION, "mqtt.session_expiry", "how long the session shall outlive the connection, MQTT 5.0 §3.1.2.11.2") \
    FIELD(MQTT_RECEIVE_MAXIMUM, NUMBER, "mqtt.receive_maximum", "unacknowledged messages the client takes at a time") \
    FIELD(MQTT_MAXIMUM_PACKET, NUMBER, "mqtt.maximum_packet", "bytes of the largest packet the client takes") \
    FIELD(MQTT_TOPIC_ALIAS_MAXIMUM, NUMBER, "mqtt.topic_alias_maximum", "topic aliases the client takes") \
    FIELD(MQTT_REQUEST_RESPONSE_INFO, BOOL, "mqtt.request_response_info", "the client asks for response information, MQTT 5.0 §3.1.2.11.6") \
    FIELD(MQTT_REQUEST_PROBLEM_INFO, BOOL, "mqtt.request_problem_info", "the client wants reasons in words with every packet") \
    FIELD(MQTT_USER_PROPERTIES, NUMBER, "mqtt.user_properties", "user properties in the CONNECT; what they say is not kept") \
    FIELD(MQTT_AUTH_METHOD, TEXT, "mqtt.auth_method", "authentication method the client wants, MQTT 5.0 §4.12") \
    FIELD(MQTT_AUTH_PACKETS, NUMBER, "mqtt.auth_packets", "AUTH packets of both sides")             \
    /* CONNACK */                                                                                   \
    FIELD(MQTT_CONNACK, CODE(mqtt_connack_codes), "mqtt.connack", "the server's answer: accepted, or why not") \
    FIELD(MQTT_SESSION_PRESENT, BOOL, "mqtt.session_present", "the server kept a session of this client") \
    FIELD(MQTT_REASON, TEXT, "mqtt.reason", "what the server says about its answer in words")       \
    FIELD(MQTT_SERVER_REFERENCE, TEXT, "mqtt.server_reference", "another server that the client shall use") \
    FIELD(MQTT_ASSIGNED_CLIENT_ID, TEXT, "mqtt.assigned_client_id", "client id that the server chose") \
    FIELD(MQTT_SERVER_KEEP_ALIVE, DURATION, "mqtt.server_keep_alive", "keep-alive that the server wants instead") \
    FIELD(MQTT_SERVER_SESSION_EXPIRY, DURATION, "mqtt.server_session_expiry", "session expiry that the server grants instead") \
    FIELD(MQTT_SERVER_RECEIVE_MAXIMUM, NUMBER, "mqtt.server_receive_maximum", "unacknowledged messages the server takes at a time") \
    FIELD(MQTT_SERVER_MAXIMUM_PACKET, NUMBER, "mqtt.server_maximum_packet", "bytes of the largest packet the server takes") \
    FIELD(MQTT_SERVER_TOPIC_ALIAS_MAXIMUM, NUMBER, "mqtt.server_topic_alias_maximum", "topic aliases the server takes") \
    FIELD(MQTT_MAXIMUM_QOS, NUMBER, "mqtt.maximum_qos", "highest quality of service of the server") \
    FIELD(MQTT_RETAIN_AVAILABLE, BOOL, "mqtt.retain_available", "the server retains messages")      \
    FIELD(MQTT_WILDCARDS_AVAILABLE, BOOL, "mqtt.wildcards_available", "the server takes wildcard subscriptions") \
    FIELD(MQTT_SHARED_AVAILABLE, BOOL, "mqtt.shared_available", "the server takes shared subscriptions") \
    FIELD(MQTT_SUBSCRIPTION_IDS_AVAILABLE, BOOL, "mqtt.subscription_ids_available", "the server takes subscription identifiers") \
    FIELD(MQTT_RESPONSE_INFORMATION, TEXT, "mqtt.response_information", "where the server wants responses, MQTT 5.0 §3.2.2.3.15") \
    FIELD(MQTT_SERVER_USER_PROPERTIES, NUMBER, "mqtt.server_user_properties", "user properties in the CONNACK") \
    FIELD(MQTT_WAITED, DURATION, "mqtt.waited", "how long the CONNECT had gone unanswered when it was over") \
    /* proof of life */                                                                             \
    FIELD(MQTT_TOPIC_FILTER, TEXT, "mqtt.topic_filter", "first topic filter that the client subscribes to") \
    FIELD(MQTT_SUBSCRIBED, BOOL, "mqtt.subscribed", "the server granted a subscription")            \
    FIELD(MQTT_SUBSCRIPTION_REFUSED, CODE(mqtt_reasons), "mqtt.subscription_refused", "why the server refused a subscription: the first it refused") \
    FIELD(MQTT_REFUSED_FILTER, TEXT, "mqtt.refused_filter", "topic filter that was refused, where it is that first one") \
    FIELD(MQTT_SUBSCRIPTION_REASON, TEXT, "mqtt.subscription_reason", "what the SUBACK says in words") \
    FIELD(MQTT_PUBLISHED, BOOL, "mqtt.published", "a message was published, by either side")        \
    FIELD(MQTT_ACKNOWLEDGED, BOOL, "mqtt.acknowledged", "a published message was acknowledged")     \
    FIELD(MQTT_PUBLISH_REFUSED, CODE(mqtt_reasons), "mqtt.publish_refused", "why a published message was refused: the first one") \
    FIELD(MQTT_PUBLISH_REFUSED_BY, WORD, "mqtt.publish_refused_by", "who refused it: client or server") \
    FIELD(MQTT_PUBLISH_REASON, TEXT, "mqtt.publish_reason", "what that acknowledgement says in words") \
    FIELD(MQTT_PINGED, BOOL, "mqtt.pinged", "the server answered a ping")                           \
    /* how it ended */                                                                              \
    FIELD(MQTT_DISCONNECT, CODE(mqtt_disconnect_codes), "mqtt.disconnect", "reason in the DISCONNECT; normal where the version knows none") \
    FIELD(MQTT_DISCONNECTED_BY, WORD, "mqtt.disconnected_by", "who sent the DISCONNECT: client or server") \
    FIELD(MQTT_DISCONNECT_REASON, TEXT, "mqtt.disconnect_reason", "what the DISCONNECT says in words") \
    FIELD(MQTT_LAST_SESSION_EXPIRY, DURATION, "mqtt.last_session_expiry", "session expiry that the client's DISCONNECT sets instead") \
    FIELD(MQTT_ENDED_BY, WORD, "mqtt.ended_by", "who ended the connection first, by DISCONNECT or without: client or server") \
    FIELD(MQTT_ENDING, WORD, "mqtt.ending", "how: disconnect, close or reset")                      \
    FIELD(MQTT_ENDED, TIME, "mqtt.ended", "when it was ended")                                      \
    FIELD(MQTT_CONNECTED_FOR, DURATION, "mqtt.connected_for", "from the CONNACK to that end")       \
    FIELD(MQTT_CLIENT_SILENCE, DURATION, "mqtt.client_silence", "from the client's last packet to that end") \
    FIELD(MQTT_KEEP_ALIVE_EXCEEDED, BOOL, "mqtt.keep_alive_exceeded", "that is over one and a half times the keep-alive") \
    /* what is broken */                                                                            \
    FIELD(MQTT_VIOLATION, WORD, "mqtt.violation", "how a side broke the protocol: the first time")  \
    FIELD(MQTT_VIOLATION_BY, WORD, "mqtt.violation_by", "who did: client or server")
/* clang-format on */

enum mqtt_field { MQTT_FIELDS(FIELD_ID) MQTT_FIELD_COUNT };
extern const struct field_table mqtt_field_table;

extern const struct code_names mqtt_versions, mqtt_connack_codes, mqtt_disconnect_codes,
    mqtt_reasons, mqtt_auth_codes;

#endif
