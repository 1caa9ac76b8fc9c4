/* names.c - what the numbers of CoAP are called, and what its paths are for.
 *
 * Codes, options and content formats as IANA writes them (Constrained RESTful
 * Environments Parameters). Every table is sorted by code. */
#include "dissectors/coap/names.h"

#include <string.h>

#include "dissectors/coap/fields.h"
#include "dissectors/coap/message.h"

static const struct code_name codes[] = {
    { COAP_CODE(0, 1), "GET" },
    { COAP_CODE(0, 2), "POST" },
    { COAP_CODE(0, 3), "PUT" },
    { COAP_CODE(0, 4), "DELETE" },
    { COAP_CODE(0, 5), "FETCH" },
    { COAP_CODE(0, 6), "PATCH" },
    { COAP_CODE(0, 7), "iPATCH" },
    { COAP_CODE(2, 1), "Created" },
    { COAP_CODE(2, 2), "Deleted" },
    { COAP_CODE(2, 3), "Valid" },
    { COAP_CODE(2, 4), "Changed" },
    { COAP_CODE(2, 5), "Content" },
    { COAP_CODE(2, 31), "Continue" },
    { COAP_CODE(4, 0), "Bad Request" },
    { COAP_CODE(4, 1), "Unauthorized" },
    { COAP_CODE(4, 2), "Bad Option" },
    { COAP_CODE(4, 3), "Forbidden" },
    { COAP_CODE(4, 4), "Not Found" },
    { COAP_CODE(4, 5), "Method Not Allowed" },
    { COAP_CODE(4, 6), "Not Acceptable" },
    { COAP_CODE(4, 8), "Request Entity Incomplete" },
    { COAP_CODE(4, 9), "Conflict" },
    { COAP_CODE(4, 12), "Precondition Failed" },
    { COAP_CODE(4, 13), "Request Entity Too Large" },
    { COAP_CODE(4, 15), "Unsupported Content-Format" },
    { COAP_CODE(4, 22), "Unprocessable Entity" },
    { COAP_CODE(4, 29), "Too Many Requests" },
    { COAP_CODE(5, 0), "Internal Server Error" },
    { COAP_CODE(5, 1), "Not Implemented" },
    { COAP_CODE(5, 2), "Bad Gateway" },
    { COAP_CODE(5, 3), "Service Unavailable" },
    { COAP_CODE(5, 4), "Gateway Timeout" },
    { COAP_CODE(5, 5), "Proxying Not Supported" },
    { COAP_CODE(5, 8), "Hop Limit Reached" },
    { COAP_CSM, "CSM" },
    { COAP_PING, "Ping" },
    { COAP_PONG, "Pong" },
    { COAP_RELEASE, "Release" },
    { COAP_ABORT, "Abort" },
    { 0, NULL },
};

static const struct code_names code_table = { .word = "code",
                                              .names = codes,
                                              .count = sizeof codes / sizeof *codes - 1 };

/* Number, name, shortest and longest value. The longest of Proxy-Uri is 1034, RFC 7252 §5.10. */
#define OPTION_LIST(OPTION)                                                                        \
    OPTION(OPTION_IF_MATCH, "If-Match", 0, 8)                                                      \
    OPTION(OPTION_URI_HOST, "Uri-Host", 1, 255)                                                    \
    OPTION(4, "ETag", 1, 8)                                                                        \
    OPTION(5, "If-None-Match", 0, 0)                                                               \
    OPTION(OPTION_OBSERVE, "Observe", 0, 3)                                                        \
    OPTION(OPTION_URI_PORT, "Uri-Port", 0, 2)                                                      \
    OPTION(8, "Location-Path", 0, 255)                                                             \
    OPTION(OPTION_OSCORE, "OSCORE", 0, 255)                                                        \
    OPTION(OPTION_URI_PATH, "Uri-Path", 0, 255)                                                    \
    OPTION(OPTION_CONTENT_FORMAT, "Content-Format", 0, 2)                                          \
    OPTION(14, "Max-Age", 0, 4)                                                                    \
    OPTION(OPTION_URI_QUERY, "Uri-Query", 0, 255)                                                  \
    OPTION(16, "Hop-Limit", 1, 1)                                                                  \
    OPTION(OPTION_ACCEPT, "Accept", 0, 2)                                                          \
    OPTION(OPTION_Q_BLOCK1, "Q-Block1", 0, 3)                                                      \
    OPTION(20, "Location-Query", 0, 255)                                                           \
    OPTION(21, "EDHOC", 0, 0)                                                                      \
    OPTION(OPTION_BLOCK2, "Block2", 0, 3)                                                          \
    OPTION(OPTION_BLOCK1, "Block1", 0, 3)                                                          \
    OPTION(OPTION_SIZE2, "Size2", 0, 4)                                                            \
    OPTION(OPTION_Q_BLOCK2, "Q-Block2", 0, 3)                                                      \
    OPTION(OPTION_PROXY_URI, "Proxy-Uri", 1, 1034)                                                 \
    OPTION(OPTION_PROXY_SCHEME, "Proxy-Scheme", 1, 255)                                            \
    OPTION(OPTION_SIZE1, "Size1", 0, 4)                                                            \
    OPTION(OPTION_ECHO, "Echo", 1, 40)                                                             \
    OPTION(OPTION_NO_RESPONSE, "No-Response", 0, 1)                                                \
    OPTION(292, "Request-Tag", 0, 8)                                                               \
    OPTION(2049, "OCF-Accept-Content-Format-Version", 2, 2)                                        \
    OPTION(2053, "OCF-Content-Format-Version", 2, 2)

#define OPTION_NAME(number, name, shortest, longest)    { number, name },
#define OPTION_LENGTHS(number, name, shortest, longest) { number, shortest, longest },

static const struct code_name options[] = { OPTION_LIST(OPTION_NAME){ 0, NULL } };
const struct code_names coap_options = { .word = "option",
                                         .names = options,
                                         .count = sizeof options / sizeof *options - 1 };

static const struct {
    uint16_t number, shortest, longest;
} lengths[] = { OPTION_LIST(OPTION_LENGTHS) };

static const struct code_name content_formats[] = {
    { 0, "text/plain" },
    { 16, "application/cose; cose-type=\"cose-encrypt0\"" },
    { 17, "application/cose; cose-type=\"cose-mac0\"" },
    { 18, "application/cose; cose-type=\"cose-sign1\"" },
    { 19, "application/ace+cbor" },
    { 21, "image/gif" },
    { 22, "image/jpeg" },
    { 23, "image/png" },
    { 40, "application/link-format" },
    { 41, "application/xml" },
    { 42, "application/octet-stream" },
    { 47, "application/exi" },
    { 50, "application/json" },
    { 51, "application/json-patch+json" },
    { 52, "application/merge-patch+json" },
    { 60, "application/cbor" },
    { 61, "application/cwt" },
    { 62, "application/multipart-core" },
    { 63, "application/cbor-seq" },
    { 64, "application/edhoc+cbor-seq" },
    { 65, "application/cid-edhoc+cbor-seq" },
    { 96, "application/cose; cose-type=\"cose-encrypt\"" },
    { 97, "application/cose; cose-type=\"cose-mac\"" },
    { 98, "application/cose; cose-type=\"cose-sign\"" },
    { 101, "application/cose-key" },
    { 102, "application/cose-key-set" },
    { 110, "application/senml+json" },
    { 111, "application/sensml+json" },
    { 112, "application/senml+cbor" },
    { 113, "application/sensml+cbor" },
    { 114, "application/senml-exi" },
    { 115, "application/sensml-exi" },
    { 140, "application/yang-data+cbor; id=sid" },
    { 256, "application/coap-group+json" },
    { 257, "application/concise-problem-details+cbor" },
    { 258, "application/swid+cbor" },
    { 271, "application/dots+cbor" },
    { 272, "application/missing-blocks+cbor-seq" },
    { 280, "application/pkcs7-mime; smime-type=server-generated-key" },
    { 281, "application/pkcs7-mime; smime-type=certs-only" },
    { 284, "application/pkcs8" },
    { 285, "application/csrattrs" },
    { 286, "application/pkcs10" },
    { 287, "application/pkix-cert" },
    { 290, "application/aif+cbor" },
    { 291, "application/aif+json" },
    { 310, "application/senml+xml" },
    { 311, "application/sensml+xml" },
    { 320, "application/senml-etch+json" },
    { 322, "application/senml-etch+cbor" },
    { 340, "application/yang-data+cbor" },
    { 341, "application/yang-data+cbor; id=name" },
    { 432, "application/td+json" },
    { 433, "application/tm+json" },
    { 836, "application/voucher+cose" },
    { 1542, "application/vnd.oma.lwm2m+tlv (old number)" }, /* LwM2M before its registration */
    { 1543, "application/vnd.oma.lwm2m+json (old number)" },
    { 10000, "application/vnd.ocf+cbor" },
    { 10001, "application/oscore" },
    { 10002, "application/javascript" },
    { 11050, "application/json; deflate" },
    { 11060, "application/cbor; deflate" },
    { 11542, "application/vnd.oma.lwm2m+tlv" },
    { 11543, "application/vnd.oma.lwm2m+json" },
    { 11544, "application/vnd.oma.lwm2m+cbor" },
    { 20000, "text/css" },
    { 30000, "image/svg+xml" },
    { 0, NULL },
};
const struct code_names coap_content_formats = {
    .word = "format",
    .names = content_formats,
    .count = sizeof content_formats / sizeof *content_formats - 1
};

const char *coap_code_name(uint8_t code)
{
    return code_name_of(&code_table, code);
}

const char *coap_type_name(uint8_t type)
{
    static const char *const names[] = { "CON", "NON", "ACK", "RST" };
    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

bool coap_option_fits(uint32_t number, size_t len)
{
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths && lengths[i].number <= number; i++)
        if (lengths[i].number == number)
            return len >= lengths[i].shortest && len <= lengths[i].longest;
    return false;
}

/* ---- what it is for ---- */

/* Paths by which other standards, and well-known devices, do their business. One
 * that ends in '*' stands for all that begin so; '?' for one character. With a
 * query given, that must be part of the request's. The first that fits counts. */
static const struct {
    const char *path, *query, *purpose;
} purposes[] = {
    { "/.well-known/core", NULL, "discovery" },              /* RFC 6690 §4 */
    { "/.well-known/edhoc", NULL, "edhoc" },                 /* RFC 9528 appendix A.2 */
    { "/.well-known/est/*", NULL, "certificate enrolment" }, /* RFC 9148 */
    { "/est/*", NULL, "certificate enrolment" },
    { "/.well-known/brski/*", NULL, "onboarding" }, /* RFC 8995 */
    { "/authz-info", NULL, "ace token" },           /* RFC 9200 §5.10.1 */
    { "/rd", "lwm2m=", "lwm2m registration" },      /* OMA LwM2M 1.x, 6.4.3 */
    { "/rd", "ep=", "registration" },               /* RFC 9176 §5, and LwM2M */
    { "/rd", NULL, "registration" },
    { "/rd/*", NULL, "registration update" },
    { "/rd-lookup*", NULL, "directory lookup" }, /* RFC 9176 §6 */
    { "/bs", NULL, "lwm2m bootstrap" },
    { "/bspack", NULL, "lwm2m bootstrap" },
    { "/dp", NULL, "lwm2m report" },
    { "/c/cp", NULL, "thread commissioner petition" }, /* Thread 1.3, 8.7 */
    { "/c/ca", NULL, "thread commissioner keep-alive" },
    { "/c/lp", NULL, "thread commissioner petition" }, /* the router passes it to the leader */
    { "/c/la", NULL, "thread commissioner keep-alive" },
    { "/c/jf", NULL, "thread joiner finalization" },
    { "/c/je", NULL, "thread joiner entrust" },
    { "/c/rx", NULL, "thread joiner relay" },
    { "/c/tx", NULL, "thread joiner relay" },
    { "/c/ag", NULL, "thread dataset query" }, /* active and pending */
    { "/c/pg", NULL, "thread dataset query" },
    { "/c/as", NULL, "thread dataset change" },
    { "/c/ps", NULL, "thread dataset change" },
    { "/c/??", NULL, "thread commissioning" },
    { "/a/??", NULL, "thread addresses" },   /* Thread 1.3, 5.23 */
    { "/b/??", NULL, "thread backbone" },    /* Thread 1.3, 9.4 */
    { "/d/??", NULL, "thread diagnostics" }, /* Thread 1.3, 10.11 */
    { "/n/mr", NULL, "thread multicast registration" },
    { "/n/??", NULL, "thread registration" },
    { "/oic/res", NULL, "ocf discovery" }, /* OCF Core 11.2 */
    { "/oic/sec/*", NULL, "ocf onboarding" },
    { "/oic/*", NULL, "ocf device" },
    { "/cit/?", NULL, "shelly status" },        /* CoIoT */
    { "/15011/9063", NULL, "tradfri pairing" }, /* IKEA's gateway */
    { "/15001*", NULL, "tradfri devices" },
    { "/15004*", NULL, "tradfri groups" },
};

static bool path_fits(const char *pattern, const char *path, size_t len)
{
    for (; len; path++, len--, pattern++) {
        if (*pattern == '*')
            return true;
        if (!*pattern || (*pattern != *path && !(*pattern == '?' && *path != '/')))
            return false; /* a path off the wire may have any byte, 0 as well */
    }
    return *pattern == 0 || (*pattern == '*' && pattern[1] == 0);
}

const char *coap_purpose(const char *path, size_t path_len, const char *query, size_t query_len)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++) {
        const char *wanted = purposes[i].query;
        if (path_fits(purposes[i].path, path, path_len) &&
            (!wanted || memmem(query, query_len, wanted, strlen(wanted))))
            return purposes[i].purpose;
    }
    return NULL;
}
