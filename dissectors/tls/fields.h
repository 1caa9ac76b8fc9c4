/* fields.h - every fact about a TLS or DTLS handshake that rules and reports can
 * name. `tls.*` serves both; JSON nests them under "tls" or "dtls". */
#ifndef TLS_FIELDS_H
#define TLS_FIELDS_H

#include "handshake/field.h"

/* clang-format off */
#define TLS_FIELDS(FIELD)                                                                           \
    /* what the client offers */                                                                    \
    FIELD(TLS_SNI, TEXT, "tls.sni", "server name the client asks for, RFC 6066 §3")                 \
    FIELD(TLS_HELLO_VERSION, CODE(tls_versions), "tls.hello_version", "legacy_version in ClientHello, RFC 8446 §4.1.2") \
    FIELD(TLS_OFFERED_VERSION, CODE(tls_versions), "tls.offered_version", "highest version the client offers") \
    FIELD(TLS_OFFERED_VERSIONS, CODES(tls_versions), "tls.offered_versions", "versions in supported_versions, RFC 8446 §4.2.1") \
    FIELD(TLS_OFFERED_CIPHERS, DETAIL_CODES(tls_ciphers), "tls.offered_ciphers", "cipher suites the client offers, GREASE left out") \
    FIELD(TLS_OFFERED_GROUPS, DETAIL_CODES(tls_groups), "tls.offered_groups", "key exchange groups the client supports, RFC 8446 §4.2.7") \
    FIELD(TLS_KEY_SHARES, DETAIL_CODES(tls_groups), "tls.key_shares", "groups the client sent a key share for, RFC 8446 §4.2.8") \
    FIELD(TLS_OFFERED_SIGNATURES, DETAIL_CODES(tls_signatures), "tls.offered_signatures", "signature algorithms the client accepts, RFC 8446 §4.2.3") \
    FIELD(TLS_OFFERED_ALPN, TEXTS, "tls.offered_alpn", "application protocols the client offers, RFC 7301") \
    FIELD(TLS_EXTENSIONS, DETAIL_CODES(tls_extensions), "tls.extensions", "extensions of ClientHello in order, GREASE left out") \
    FIELD(TLS_POINT_FORMATS, DETAIL_NUMBERS, "tls.point_formats", "elliptic curve point formats the client accepts, RFC 8422 §5.1.2") \
    FIELD(TLS_PSK_MODES, DETAIL_NUMBERS, "tls.psk_modes", "pre-shared key modes, RFC 8446 §4.2.9") \
    FIELD(TLS_PSK_OFFERED, BOOL, "tls.psk_offered", "the client offers a pre-shared key or a resumption") \
    FIELD(TLS_EARLY_DATA, BOOL, "tls.early_data", "the client sends early data, RFC 8446 §4.2.10")  \
    FIELD(TLS_TICKET_OFFERED, BOOL, "tls.ticket_offered", "the client shows a session ticket, RFC 5077") \
    FIELD(TLS_SESSION_ID_OFFERED, BOOL, "tls.session_id_offered", "the client shows a session id")  \
    FIELD(TLS_MAX_FRAGMENT_LENGTH, NUMBER, "tls.max_fragment_length", "bytes a record may have at most, as the client asks, RFC 6066 §4") \
    FIELD(TLS_MAX_FRAGMENT_LENGTH_ACCEPTED, BOOL, "tls.max_fragment_length_accepted", "the server echoed max_fragment_length") \
    FIELD(TLS_RECORD_SIZE_LIMIT, NUMBER, "tls.record_size_limit", "bytes a record may have at most, RFC 8449") \
    FIELD(TLS_RENEGOTIATION_INFO, BOOL, "tls.renegotiation_info", "the client offers secure renegotiation, RFC 5746") \
    FIELD(TLS_SERVER_RENEGOTIATION_INFO, BOOL, "tls.server_renegotiation_info", "the server supports secure renegotiation, RFC 5746") \
    FIELD(TLS_EXTENDED_MASTER_SECRET, BOOL, "tls.extended_master_secret", "the client offers it, RFC 7627") \
    FIELD(TLS_ENCRYPT_THEN_MAC, BOOL, "tls.encrypt_then_mac", "the server chose it, RFC 7366")       \
    FIELD(TLS_STATUS_REQUEST, BOOL, "tls.status_request", "the client asks for an OCSP staple, RFC 6066 §8") \
    FIELD(TLS_ECH, BOOL, "tls.ech", "the client sends encrypted_client_hello")                      \
    FIELD(TLS_FALLBACK_SCSV, BOOL, "tls.fallback_scsv", "the client says it retries with a lower version, RFC 7507") \
    FIELD(TLS_COMPRESSION_OFFERED, BOOL, "tls.compression_offered", "the client offers record compression") \
    FIELD(TLS_HELLO_BYTES, NUMBER, "tls.hello_bytes", "bytes of the first ClientHello message")      \
    FIELD(TLS_HELLO_SEGMENTS, NUMBER, "tls.hello_segments", "packets the first ClientHello came in") \
    FIELD(TLS_CLIENT_TIME, TIME, "tls.client_time", "clock in the ClientHello's random, only when it looks like one") \
    FIELD(TLS_HELLOS, NUMBER, "tls.hellos", "ClientHello messages, a retried one counted again")     \
    FIELD(TLS_HELLO_CUT, BOOL, "tls.hello_cut", "the ClientHello was captured in part only: what is not in it may have been offered") \
    FIELD(TLS_SSL2_HELLO, BOOL, "tls.ssl2_hello", "the ClientHello came in SSL 2 format")           \
    FIELD(TLS_CLIENT_STACK, WORD, "tls.client_stack", "TLS library the client most likely is, by the shape of its hello") \
    FIELD(TLS_CLIENT_STACK_CERTAINTY, WORD, "tls.client_stack_certainty", "how sure that is: likely or possible") \
    /* what the server chose */                                                                     \
    FIELD(TLS_VERSION, CODE(tls_versions), "tls.version", "version the server chose")               \
    FIELD(TLS_SERVER_RECORD_VERSION, CODE(tls_versions), "tls.server_record_version", "version in the record header of the server's first record") \
    FIELD(TLS_CIPHER, CODE(tls_ciphers), "tls.cipher", "cipher suite the server chose")             \
    FIELD(TLS_CIPHER_WEAK, BOOL, "tls.cipher_weak", "that suite is NULL, EXPORT, anonymous, RC4, DES, 3DES or MD5") \
    FIELD(TLS_FORWARD_SECRECY, BOOL, "tls.forward_secrecy", "the keys of that suite can't be had later from the server's key") \
    FIELD(TLS_GROUP, CODE(tls_groups), "tls.group", "key exchange group that was used")             \
    FIELD(TLS_DH_BITS, NUMBER, "tls.dh_bits", "size of the server's Diffie-Hellman prime")          \
    FIELD(TLS_SIGNATURE, CODE(tls_signatures), "tls.signature", "algorithm that signed the server's key exchange") \
    FIELD(TLS_ALPN, TEXT, "tls.alpn", "application protocol the server chose, RFC 7301")            \
    FIELD(TLS_SERVER_EXTENSIONS, DETAIL_CODES(tls_extensions), "tls.server_extensions", "extensions of ServerHello in order") \
    FIELD(TLS_RETRY, BOOL, "tls.retry", "the server sent HelloRetryRequest")                        \
    FIELD(TLS_RETRY_GROUP, CODE(tls_groups), "tls.retry_group", "group that HelloRetryRequest asks for") \
    FIELD(TLS_RESUMED, BOOL, "tls.resumed", "an earlier session was taken up")                      \
    FIELD(TLS_COMPRESSION, NUMBER, "tls.compression", "record compression the server chose")        \
    /* certificates */                                                                              \
    FIELD(TLS_CERTIFICATES, RECORDS(tls_certificate_table), "tls.certificates", "the server's chain as it was sent, leaf first") \
    FIELD(TLS_CERT_SUBJECT, TEXT, "tls.certificate.subject", "subject of the server's leaf certificate, RFC 4514") \
    FIELD(TLS_CERT_ISSUER, TEXT, "tls.certificate.issuer", "issuer of the leaf")                    \
    FIELD(TLS_CERT_NOT_BEFORE, TIME, "tls.certificate.not_before", "the leaf is valid from")        \
    FIELD(TLS_CERT_NOT_AFTER, TIME, "tls.certificate.not_after", "the leaf is valid until, RFC 5280 §4.1.2.5") \
    FIELD(TLS_CERT_NAMES, TEXTS, "tls.certificate.names", "DNS names and addresses the leaf is for") \
    FIELD(TLS_CERT_KEY, WORD, "tls.certificate.key", "kind of the leaf's key: RSA, EC, Ed25519, ...") \
    FIELD(TLS_CERT_KEY_BITS, NUMBER, "tls.certificate.key_bits", "size of the leaf's key")           \
    FIELD(TLS_CERT_SIGNATURE, WORD, "tls.certificate.signature", "algorithm that signed the leaf")  \
    FIELD(TLS_CERT_SELF_SIGNED, BOOL, "tls.certificate.self_signed", "the leaf is signed by itself") \
    FIELD(TLS_CERT_NAME_MATCHES, BOOL, "tls.certificate.name_matches", "the leaf is for the name (or address) the client asked, RFC 6125") \
    FIELD(TLS_CERT_EXPIRED, BOOL, "tls.certificate.expired", "some certificate of the chain had ended at packet time") \
    FIELD(TLS_CERT_EXPIRED_SUBJECT, TEXT, "tls.certificate.expired_subject", "subject of the first one that had") \
    FIELD(TLS_CERT_EXPIRED_AT, TIME, "tls.certificate.expired_at", "when that one ended")           \
    FIELD(TLS_CERT_NOT_YET_VALID, BOOL, "tls.certificate.not_yet_valid", "some certificate of the chain had not begun at packet time") \
    FIELD(TLS_CERT_VALID_FROM, TIME, "tls.certificate.valid_from", "when that one begins")          \
    FIELD(TLS_CERT_CHAIN_BYTES, NUMBER, "tls.certificate.chain_bytes", "bytes of the Certificate message") \
    FIELD(TLS_CERT_ISSUER_SENT, BOOL, "tls.certificate.issuer_sent", "every certificate but the last has its issuer behind it") \
    FIELD(TLS_CERT_LAST_ISSUER, TEXT, "tls.certificate.last_issuer", "issuer of the last certificate sent: what the client must know") \
    FIELD(TLS_CERT_LAST_SELF_ISSUED, BOOL, "tls.certificate.last_self_issued", "the last certificate sent is a root") \
    FIELD(TLS_CERT_ISSUER_MISSING, BOOL, "tls.certificate.issuer_missing", "only a leaf was sent, and it is not self-signed") \
    FIELD(TLS_CERT_PURPOSE_SERVER, BOOL, "tls.certificate.purpose_server", "key usage and extended key usage allow a TLS server") \
    FIELD(TLS_CERT_CHAIN_VERDICT, WORD, "tls.certificate.chain_verdict", "trusted, or what is wrong with the chain at packet time: expired, not yet valid, self-signed, unknown root, incomplete, ...") \
    FIELD(TLS_CERT_TRUSTED, BOOL, "tls.certificate.trusted", "it leads to a root in use here, and nothing is wrong; absent with --no-trust, and when only this machine lacks its root") \
    FIELD(TLS_CERT_CHAIN_ERROR, WORD, "tls.certificate.chain_error", "the same in OpenSSL's words, as logs have them") \
    FIELD(TLS_CERT_FAULTY_SUBJECT, TEXT, "tls.certificate.faulty_subject", "subject of the certificate that the verdict is about") \
    FIELD(TLS_CERT_ROOT, TEXT, "tls.certificate.root", "the root in use here that the chain leads to") \
    FIELD(TLS_CERT_MISSING_ISSUER, TEXT, "tls.certificate.missing_issuer", "the intermediate that the server leaves out") \
    FIELD(TLS_CERT_MISSING_CLUE, WORD, "tls.certificate.missing_issuer_clue", "why it is taken for an intermediate: seen (it was sent elsewhere), key id, public (a public authority's leaf), name") \
    FIELD(TLS_CERT_MISSING_SEEN, BOOL, "tls.certificate.missing_issuer_seen", "another server of this run sent it") \
    FIELD(TLS_CERT_MISSING_FROM, TEXT, "tls.certificate.missing_issuer_from", "that server, as address:port") \
    FIELD(TLS_CERT_ISSUER_URL, TEXT, "tls.certificate.issuer_url", "where the last certificate says that its issuer can be had, RFC 5280 §4.2.2.1") \
    FIELD(TLS_CERT_ISSUER_KEY_DIFFERS, BOOL, "tls.certificate.issuer_key_differs", "a certificate with the issuer's name is there, but its key did not sign this chain") \
    FIELD(TLS_CERT_WRONG_ORDER, BOOL, "tls.certificate.wrong_order", "a certificate stands before the one that it certifies") \
    FIELD(TLS_CERT_EXTRA, NUMBER, "tls.certificate.extra", "certificates sent that no way up from the leaf needs") \
    FIELD(TLS_CERT_EXPIRED_KIND, WORD, "tls.certificate.expired_kind", "which one had ended: leaf, intermediate or root; a root signed by another (cross-signed) counts as root") \
    FIELD(TLS_CERT_CROSS_SIGNED, TEXT, "tls.certificate.cross_signed", "subject of a root in use here that was sent as signed by another") \
    FIELD(TLS_CERT_ENDED_ROOT, TEXT, "tls.certificate.ended_root", "a root that was not sent, but issued a certificate of the chain and had ended") \
    FIELD(TLS_CERT_ENDED_ROOT_AT, TIME, "tls.certificate.ended_root_at", "when that root ended") \
    FIELD(TLS_CERT_NOT_A_CA, BOOL, "tls.certificate.not_a_ca", "a certificate of the chain was signed by one that may not sign certificates, RFC 5280 §4.2.1.9") \
    FIELD(TLS_CERT_WEAK_KEY, BOOL, "tls.certificate.weak_key", "some key of the chain is RSA under 2048 bits or a curve under 224") \
    FIELD(TLS_CERT_WEAK_KEY_KIND, WORD, "tls.certificate.weak_key_kind", "that key: RSA 1024") \
    FIELD(TLS_CERT_WEAK_KEY_SUBJECT, TEXT, "tls.certificate.weak_key_subject", "whose key that is") \
    FIELD(TLS_CERT_WEAK_SIGNATURE, BOOL, "tls.certificate.weak_signature", "some certificate of the chain is signed with MD5 or SHA-1") \
    FIELD(TLS_CERT_WEAK_SIGNATURE_KIND, WORD, "tls.certificate.weak_signature_kind", "that signature: sha1WithRSAEncryption") \
    FIELD(TLS_CERT_WEAK_SIGNATURE_SUBJECT, TEXT, "tls.certificate.weak_signature_subject", "the certificate that has it") \
    FIELD(TLS_CERT_NAME_FROM_CN, BOOL, "tls.certificate.name_from_common_name", "it has no alternative names: only clients that still look at the common name can match it, RFC 6125 §6.4.4") \
    FIELD(TLS_CERT_MUST_STAPLE, BOOL, "tls.certificate.must_staple", "it demands an OCSP staple, RFC 7633") \
    FIELD(TLS_CERT_UNREADABLE, BOOL, "tls.certificate.unreadable", "the leaf could not be parsed")  \
    FIELD(TLS_OCSP_STAPLED, BOOL, "tls.ocsp_stapled", "the server sent an OCSP response in the clear") \
    FIELD(TLS_OCSP_STATUS, WORD, "tls.ocsp_status", "what that response says of the leaf: good, revoked, unknown; or why it says nothing: outdated, refused, bad signature, another certificate, unreadable") \
    FIELD(TLS_OCSP_REVOKED_AT, TIME, "tls.ocsp_revoked_at", "since when it is revoked") \
    /* the client's certificate */                                                                  \
    FIELD(TLS_CLIENT_CERT_REQUESTED, BOOL, "tls.client_certificate.requested", "the server asked for one") \
    FIELD(TLS_CLIENT_CERT_SENT, BOOL, "tls.client_certificate.sent", "the client sent one; false: it sent an empty list") \
    FIELD(TLS_CLIENT_CERT_VERIFY, BOOL, "tls.client_certificate.verified", "the client signed with its key (CertificateVerify)") \
    FIELD(TLS_CLIENT_CERT_AUTHORITIES, TEXTS, "tls.client_certificate.authorities", "subjects of the authorities whose certificates the server takes, as it says in its CertificateRequest, RFC 5246 §7.4.4") \
    FIELD(TLS_CLIENT_CERTS, RECORDS(tls_certificate_table), "tls.client_certificates", "the client's chain as it was sent, leaf first") \
    FIELD(TLS_CLIENT_CERT_SUBJECT, TEXT, "tls.client_certificate.subject", "subject of the client's certificate") \
    FIELD(TLS_CLIENT_CERT_ISSUER, TEXT, "tls.client_certificate.issuer", "issuer of the client's certificate") \
    FIELD(TLS_CLIENT_CERT_NOT_BEFORE, TIME, "tls.client_certificate.not_before", "it is valid from") \
    FIELD(TLS_CLIENT_CERT_NOT_AFTER, TIME, "tls.client_certificate.not_after", "it is valid until")  \
    FIELD(TLS_CLIENT_CERT_EXPIRED, BOOL, "tls.client_certificate.expired", "some certificate of the client's chain had ended at packet time") \
    FIELD(TLS_CLIENT_CERT_EXPIRED_SUBJECT, TEXT, "tls.client_certificate.expired_subject", "subject of the first one that had") \
    FIELD(TLS_CLIENT_CERT_EXPIRED_AT, TIME, "tls.client_certificate.expired_at", "when that one ended") \
    FIELD(TLS_CLIENT_CERT_NOT_YET_VALID, BOOL, "tls.client_certificate.not_yet_valid", "some certificate of the client's chain had not begun at packet time") \
    FIELD(TLS_CLIENT_CERT_VALID_FROM, TIME, "tls.client_certificate.valid_from", "when that one begins") \
    FIELD(TLS_CLIENT_CERT_SELF_SIGNED, BOOL, "tls.client_certificate.self_signed", "it is signed by itself") \
    FIELD(TLS_CLIENT_CERT_LAST_ISSUER, TEXT, "tls.client_certificate.last_issuer", "issuer of the last certificate sent: what the server must know") \
    FIELD(TLS_CLIENT_CERT_ISSUER_WANTED, BOOL, "tls.client_certificate.issuer_wanted", "one of the authorities that the server named issued a certificate of the client's chain; absent when it named none") \
    FIELD(TLS_CLIENT_CERT_CHAIN_VERDICT, TEXT, "tls.client_certificate.chain_verdict", "what is wrong with the client's chain at packet time, whoever may trust it; words as in tls.certificate.chain_verdict") \
    FIELD(TLS_CLIENT_CERT_CHAIN_ERROR, TEXT, "tls.client_certificate.chain_error", "the same in OpenSSL's words, as logs have them") \
    FIELD(TLS_CLIENT_CERT_FAULTY_SUBJECT, TEXT, "tls.client_certificate.faulty_subject", "subject of the certificate that the verdict is about") \
    FIELD(TLS_CLIENT_CERT_WEAK_KEY, BOOL, "tls.client_certificate.weak_key", "some key of the client's chain is RSA under 2048 bits or a curve under 224") \
    FIELD(TLS_CLIENT_CERT_WEAK_KEY_KIND, TEXT, "tls.client_certificate.weak_key_kind", "that key: RSA 1024") \
    FIELD(TLS_CLIENT_CERT_WEAK_SIGNATURE, BOOL, "tls.client_certificate.weak_signature", "some certificate of the client's chain is signed with MD5 or SHA-1") \
    FIELD(TLS_CLIENT_CERT_WEAK_SIGNATURE_KIND, TEXT, "tls.client_certificate.weak_signature_kind", "that signature: sha1WithRSAEncryption") \
    FIELD(TLS_CLIENT_CERT_PURPOSE, BOOL, "tls.client_certificate.purpose_client", "its key usages allow a TLS client") \
    /* alerts and endings */                                                                        \
    FIELD(TLS_ALERTS, RECORDS(tls_alert_table), "tls.alerts", "every alert in order, RFC 8446 §6")  \
    FIELD(TLS_ALERT, CODE(tls_alerts), "tls.alert", "the first fatal alert in the clear that is not a mere reaction") \
    FIELD(TLS_ALERT_FROM, WORD, "tls.alert_from", "who sent it: client or server")                  \
    FIELD(TLS_ALERT_STAGE, WORD, "tls.alert_stage", "what the handshake had come to: hello, server_hello, certificate, client_flight, finished, established") \
    FIELD(TLS_WARNING, CODE(tls_alerts), "tls.warning", "last alert of level warning other than close_notify") \
    FIELD(TLS_INFERRED_ALERT_FROM, WORD, "tls.inferred_alert_from", "who sent a record that by its size is an encrypted alert") \
    FIELD(TLS_CLOSED_BY, WORD, "tls.closed_by", "who closed or reset first, before the handshake was over") \
    FIELD(TLS_CLOSED_IN, WORD, "tls.closed_stage", "what the handshake had come to then; words as in tls.alert_stage") \
    FIELD(TLS_PARTIAL_FROM, WORD, "tls.partial_from", "whose message ended in the middle")          \
    FIELD(TLS_NOT_TLS_FROM, WORD, "tls.not_tls_from", "who sent bytes that are no TLS record")      \
    FIELD(TLS_MALFORMED_FROM, WORD, "tls.malformed_from", "who sent a message that contradicts itself") \
    FIELD(TLS_MALFORMED, WORD, "tls.malformed", "which message that was")                           \
    FIELD(TLS_UNEXPECTED_FROM, WORD, "tls.unexpected_from", "who sent a message that does not belong there") \
    FIELD(TLS_UNEXPECTED, WORD, "tls.unexpected", "which message that was")                         \
    FIELD(TLS_CLIENT_FINISHED, BOOL, "tls.client_finished", "the client's Finished was seen, encrypted: by its place or size") \
    FIELD(TLS_SERVER_FINISHED, BOOL, "tls.server_finished", "the server's Finished was seen, encrypted: by its place or size") \
    FIELD(TLS_CLIENT_DATA, BOOL, "tls.client_data", "the client sent application data")             \
    FIELD(TLS_SERVER_DATA, BOOL, "tls.server_data", "the server sent application data or tickets after the client's Finished") \
    FIELD(TLS_CLIENT_RECORDS, DETAIL_NUMBERS, "tls.client_records", "lengths of the client's first encrypted records") \
    FIELD(TLS_SERVER_RECORDS, DETAIL_NUMBERS, "tls.server_records", "lengths of the server's first encrypted records") \
    FIELD(TLS_DECRYPTED, BOOL, "tls.decrypted", "a key log opened its encrypted records")             \
    FIELD(TLS_KEYS, TEXT, "tls.keys", "what the key log lacks for it: partial (it opens some records and has nothing for others) or wrong (what it has opens nothing)") \
    FIELD(TLS_RENEGOTIATION, BOOL, "tls.renegotiation", "a second handshake began inside the first") \
    /* what may run inside, where no key opens it */                                                \
    FIELD(TLS_MQTT, TEXT, "tls.mqtt", "what the lengths of records tell of MQTT inside: accepted, refused (an answer as long as a CONNACK, then the end), closed (by the server, without one), unanswered, unknown") \
    FIELD(TLS_MQTT_BY, TEXT, "tls.mqtt_by", "why MQTT is supposed inside: alpn or port")             \
    FIELD(TLS_MQTT_ASKED, NUMBER, "tls.mqtt_asked_bytes", "length of the client's first record of data: its CONNECT, supposedly") \
    FIELD(TLS_MQTT_ANSWERED, NUMBER, "tls.mqtt_answered_bytes", "length of the server's answer to that: its CONNACK, supposedly") \
    /* pre-shared keys */                                                                           \
    FIELD(TLS_PSK_IDENTITY_HINT, TEXT, "tls.psk_identity_hint", "what the server says to help the client choose a key, RFC 4279 §5.2") \
    FIELD(TLS_PSK_IDENTITY, TEXT, "tls.psk_identity", "the name of the client's pre-shared key, RFC 4279 §5.1; in TLS 1.3 the first one, unless it is a ticket, RFC 8446 §4.2.11") \
    /* datagrams: DTLS only */                                                                      \
    FIELD(TLS_COOKIE, BOOL, "tls.cookie", "the client answered a HelloVerifyRequest, RFC 6347 §4.2.1") \
    FIELD(TLS_CLIENT_FLIGHTS_REPEATED, NUMBER, "tls.client_flights_repeated", "how often the client sent a whole flight again, RFC 6347 §4.2.4") \
    FIELD(TLS_SERVER_FLIGHTS_REPEATED, NUMBER, "tls.server_flights_repeated", "how often the server sent a whole flight again") \
    FIELD(TLS_REPEATED_FLIGHT, NUMBER, "tls.repeated_flight", "the flight that was sent again and got no further: 1 to 6 as in RFC 6347 figure 1") \
    FIELD(TLS_REPETITIONS, NUMBER, "tls.repetitions", "how often that flight was sent again")       \
    FIELD(TLS_REPEATS_ANSWERED, NUMBER, "tls.flight_repeats_answered", "after how many of the client's repetitions the server sent its own flight again within 200 ms") \
    FIELD(TLS_CONNECTION_ID, BOOL, "tls.connection_id", "records carry connection ids, RFC 9146")   \
    FIELD(TLS_CLIENT_CID_BYTES, NUMBER, "tls.client_connection_id_bytes", "length of the connection id by which the client wants to be called") \
    FIELD(TLS_SERVER_CID_BYTES, NUMBER, "tls.server_connection_id_bytes", "length of the connection id by which the server wants to be called") \
    /* fingerprints */                                                                              \
    FIELD(TLS_JA3, DETAIL_WORD, "tls.ja3", "JA3 fingerprint of the ClientHello")                    \
    FIELD(TLS_JA3S, DETAIL_WORD, "tls.ja3s", "JA3S fingerprint of the ServerHello")                 \
    FIELD(TLS_JA4, DETAIL_WORD, "tls.ja4", "JA4 fingerprint of the ClientHello")
/* clang-format on */

enum tls_field { TLS_FIELDS(FIELD_ID) TLS_FIELD_COUNT };

/* The rows of tls.certificates. */
/* clang-format off */
#define TLS_CERTIFICATE_COLUMNS(FIELD)                                                              \
    FIELD(CERTIFICATE_SUBJECT, TEXT, "subject", "RFC 4514")                                         \
    FIELD(CERTIFICATE_ISSUER, TEXT, "issuer", "RFC 4514")                                           \
    FIELD(CERTIFICATE_SERIAL, TEXT, "serial", "hexadecimal")                                        \
    FIELD(CERTIFICATE_NOT_BEFORE, TIME, "not_before", "valid from")                                 \
    FIELD(CERTIFICATE_NOT_AFTER, TIME, "not_after", "valid until")                                  \
    FIELD(CERTIFICATE_NAMES, TEXTS, "names", "subject alternative names: DNS names and addresses")  \
    FIELD(CERTIFICATE_KEY, WORD, "key", "kind of key")                                              \
    FIELD(CERTIFICATE_KEY_BITS, NUMBER, "key_bits", "size of the key")                              \
    FIELD(CERTIFICATE_SIGNATURE, WORD, "signature", "algorithm it was signed with")                 \
    FIELD(CERTIFICATE_SELF_SIGNED, BOOL, "self_signed", "signed by itself")                         \
    FIELD(CERTIFICATE_CA, BOOL, "ca", "basic constraints make it an authority")                     \
    FIELD(CERTIFICATE_SHA256, TEXT, "sha256", "fingerprint of its DER, hexadecimal")
/* clang-format on */

enum tls_certificate_column { TLS_CERTIFICATE_COLUMNS(FIELD_ID) CERTIFICATE_COLUMN_COUNT };

/* The rows of tls.alerts. */
/* clang-format off */
#define TLS_ALERT_COLUMNS(FIELD)                                                                    \
    FIELD(ALERT_FROM, WORD, "from", "client or server")                                             \
    FIELD(ALERT_LEVEL, WORD, "level", "warning or fatal; absent when encrypted")                    \
    FIELD(ALERT_DESCRIPTION, WORD, "description", "name of the code; absent when encrypted")        \
    FIELD(ALERT_CODE, NUMBER, "code", "RFC 8446 §6; absent when encrypted")                         \
    FIELD(ALERT_FRAME, NUMBER, "frame", "packet that carried it")                                   \
    FIELD(ALERT_ENCRYPTED, BOOL, "encrypted", "inferred from the record's size")                    \
    FIELD(ALERT_REACTION, BOOL, "reaction", "sent after the other side had closed or alerted: not a reason")
/* clang-format on */

enum tls_alert_column { TLS_ALERT_COLUMNS(FIELD_ID) ALERT_COLUMN_COUNT };

extern const struct code_names tls_versions, tls_ciphers, tls_groups, tls_signatures,
    tls_extensions, tls_alerts;
extern const struct field_table tls_certificate_table, tls_alert_table, tls_field_table;

#endif
