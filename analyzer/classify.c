/* classify.c - see classify.h. nDPI wants whole IP packets, and we have segments
 * out of tunnels and fragments: it is shown a packet made for it, in a buffer
 * that ends where the packet ends. */
#include "classify.h"

#include <stdlib.h>
#include <string.h>

#include <ndpi_api.h>

#include "base/text.h"

enum {
    PACKETS_MAX = 8,     /* of a flow; what it does not know by then it will not know */
    BYTES_MAX = 4096,    /* payload of a flow */
    PAYLOAD_MAX = 1400,  /* of one packet */
    SUSPECTS_MAX = 1024, /* at once */
    SUSPECT_LEN = 4096,  /* its struct and what nDPI hangs on it, generously */
    IP4_LEN = 20,
    IP6_LEN = 40,
    TCP_LEN = 20,
    UDP_LEN = 8,
};

struct suspect {
    struct ndpi_flow_struct *state; /* NULL: given up for the sake of others */
    struct suspect *older, *newer;
    unsigned packets, bytes;
};

struct classifier {
    struct ndpi_detection_module_struct *module;
    struct budget *budget;
    struct suspect *oldest, *newest; /* those that have a state */
    unsigned open;
    struct classify_totals totals;
    /* which entry of the table below a protocol number of nDPI's is, plus 1 */
    uint8_t known[NDPI_MAX_SUPPORTED_PROTOCOLS + 1];
};

/* nDPI's names and ours: protocols that have a wire format of their own. What is a
 * brand (a chat, a shop, a game) is left out, so is what we read ourselves, and RTP,
 * which it takes one in a hundred random datagrams for. */
static const struct {
    const char *theirs, *ours;
} protocols[] = {
    { "AFP", "afp" },
    { "AJP", "ajp" },
    { "AMQP", "amqp" },
    { "AnyDesk", "anydesk" },
    { "BGP", "bgp" },
    { "BitTorrent", "bittorrent" },
    { "BJNP", "bjnp" },
    { "CAPWAP", "capwap" },
    { "Cassandra", "cassandra" },
    { "CHECKMK", "checkmk" },
    { "CiscoSkinny", "skinny" },
    { "Citrix", "citrix" },
    { "Collectd", "collectd" },
    { "Corba", "corba" },
    { "DCE_RPC", "dce-rpc" },
    { "DHCP", "dhcp" },
    { "DHCPV6", "dhcpv6" },
    { "Diameter", "diameter" },
    { "DNP3", "dnp3" },
    { "DNS", "dns" },
    { "DNScrypt", "dnscrypt" },
    { "DRDA", "drda" },
    { "EthernetIP", "ethernet-ip" },
    { "FIX", "fix" },
    { "FTP_CONTROL", "ftp" },
    { "Git", "git" },
    { "GTP_C", "gtp" },
    { "GTP_U", "gtp" },
    { "H323", "h323" },
    { "IAX", "iax" },
    { "IEC60870", "iec-104" },
    { "IMAP", "imap" },
    { "IRC", "irc" },
    { "IPsec", "ipsec" },
    { "Jabber", "xmpp" },
    { "Kerberos", "kerberos" },
    { "LDAP", "ldap" },
    { "LISP", "lisp" },
    { "LLMNR", "llmnr" },
    { "LotusNotes", "lotus-notes" },
    { "MDNS", "mdns" },
    { "Megaco", "megaco" },
    { "Memcached", "memcached" },
    { "MGCP", "mgcp" },
    { "Modbus", "modbus" },
    { "MongoDB", "mongodb" },
    { "MPEG_TS", "mpeg-ts" },
    { "MsSQL-TDS", "mssql" },
    { "MySQL", "mysql" },
    { "Nats", "nats" },
    { "NetBIOS", "netbios" },
    { "NetFlow", "netflow" },
    { "NFS", "nfs" },
    { "NTP", "ntp" },
    { "OpenVPN", "openvpn" },
    { "Oracle", "oracle" },
    { "POP3", "pop3" },
    { "PostgreSQL", "postgresql" },
    { "PPTP", "pptp" },
    { "Radius", "radius" },
    { "RDP", "rdp" },
    { "Redis", "redis" },
    { "RSYNC", "rsync" },
    { "RTCP", "rtcp" },
    { "RTMP", "rtmp" },
    { "RTSP", "rtsp" },
    { "s7comm", "s7comm" },
    { "SAP", "sap" },
    { "sFlow", "sflow" },
    { "SIP", "sip" },
    { "SMBv1", "smb" },
    { "SMBv23", "smb" },
    { "SMPP", "smpp" },
    { "SMTP", "smtp" },
    { "SNMP", "snmp" },
    { "SOCKS", "socks" },
    { "SOMEIP", "someip" },
    { "SSDP", "ssdp" },
    { "SSH", "ssh" },
    { "STUN", "stun" },
    { "Syslog", "syslog" },
    { "TeamViewer", "teamviewer" },
    { "Telnet", "telnet" },
    { "Teredo", "teredo" },
    { "TFTP", "tftp" },
    { "TINC", "tinc" },
    { "UBNTAC2", "ubiquiti" },
    { "Usenet", "nntp" },
    { "VNC", "vnc" },
    { "Whois-DAS", "whois" },
    { "WireGuard", "wireguard" },
    { "WSD", "ws-discovery" },
    { "XDMCP", "xdmcp" },
    { "Z39.50", "z39.50" },
    { "Zabbix", "zabbix" },
    { "ZeroMQ", "zeromq" },
};

enum { PROTOCOL_COUNT = sizeof protocols / sizeof *protocols };
_Static_assert(PROTOCOL_COUNT < UINT8_MAX, "an index and 0 fit into a byte");

/* ---- what changed from one nDPI to the next ---- */

/* We read no encrypted protocol with it and ask for no address list. */
static struct ndpi_detection_module_struct *start_ndpi(void)
{
#if NDPI_MAJOR > 4 || NDPI_MINOR >= 10
    return ndpi_init_detection_module(NULL);
#else
    return ndpi_init_detection_module(ndpi_dont_load_tor_hosts | ndpi_dont_init_libgcrypt);
#endif
}

static void show_ndpi(struct classifier *c, struct ndpi_flow_struct *state, const uint8_t *packet,
                      size_t len, int64_t time_us)
{
#if NDPI_MAJOR > 4 || NDPI_MINOR >= 6
    (void)ndpi_detection_process_packet(c->module, state, packet, (unsigned short)len,
                                        (uint64_t)time_us / 1000, NULL);
#else
    (void)ndpi_detection_process_packet(c->module, state, packet, (unsigned short)len,
                                        (uint64_t)time_us / 1000);
#endif
}

/* ---- starting ---- */

static uint8_t find_protocol(const char *theirs)
{
    for (size_t i = 0; i < PROTOCOL_COUNT; i++)
        if (strcmp(protocols[i].theirs, theirs) == 0)
            return (uint8_t)(i + 1);
    return 0;
}

/* Switches on what is in our table, by name: numbers differ between versions. */
static void choose_protocols(struct classifier *c)
{
    NDPI_PROTOCOL_BITMASK chosen;
    NDPI_BITMASK_RESET(chosen);
    unsigned count = ndpi_get_num_supported_protocols(c->module);
    for (uint16_t id = 1; id < count && id <= NDPI_MAX_SUPPORTED_PROTOCOLS; id++) {
        const char *theirs = ndpi_get_proto_name(c->module, id);
        c->known[id] = theirs ? find_protocol(theirs) : 0;
        if (c->known[id])
            NDPI_BITMASK_ADD(chosen, id);
    }
    ndpi_set_protocol_detection_bitmask2(c->module, &chosen);
}

struct classifier *classifier_new(struct budget *b)
{
    struct ndpi_detection_module_struct *module = start_ndpi();
    if (!module)
        return NULL;
    struct classifier *c = must_malloc(sizeof *c);
    *c = (struct classifier){ .module = module, .budget = b };
    choose_protocols(c);
    ndpi_finalize_initialization(module);
    return c;
}

void classifier_free(struct classifier *c)
{
    if (!c)
        return;
    ndpi_exit_detection_module(c->module);
    free(c);
}

/* ---- the flows under watch ---- */

static void append(struct classifier *c, struct suspect *flow)
{
    flow->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = flow;
    c->newest = flow;
    c->open++;
}

static void drop_state(struct classifier *c, struct suspect *flow)
{
    if (!flow->state)
        return;
    ndpi_free_flow_data(flow->state);
    free(flow->state);
    flow->state = NULL;
    *(flow->older ? &flow->older->newer : &c->oldest) = flow->newer;
    *(flow->newer ? &flow->newer->older : &c->newest) = flow->older;
    budget_give(c->budget, SUSPECT_LEN);
    c->open--;
}

struct suspect *classify_open(struct classifier *c)
{
    if (c->open == SUSPECTS_MAX) {
        drop_state(c, c->oldest);
        c->totals.refused++;
    }
    if (!budget_take(c->budget, SUSPECT_LEN)) {
        c->totals.refused++;
        return NULL;
    }
    struct suspect *flow = must_malloc(sizeof *flow);
    *flow = (struct suspect){ .state = must_calloc(1, SIZEOF_FLOW_STRUCT) };
    append(c, flow);
    c->totals.asked++;
    return flow;
}

void classify_close(struct classifier *c, struct suspect *flow)
{
    if (!flow)
        return;
    drop_state(c, flow);
    free(flow);
}

/* ---- a packet for nDPI ---- */

struct writer {
    uint8_t *at;
};

static void put8(struct writer *w, uint8_t value)
{
    *w->at++ = value;
}

static void put16(struct writer *w, uint32_t value)
{
    put8(w, (uint8_t)(value >> 8));
    put8(w, (uint8_t)value);
}

static void put32(struct writer *w, uint32_t value)
{
    put16(w, value >> 16);
    put16(w, value);
}

static void put_bytes(struct writer *w, const uint8_t *bytes, size_t len)
{
    memcpy(w->at, bytes, len);
    w->at += len;
}

/* The header of IPv4 or IPv6 before len bytes of the transport. */
static void put_ip(struct writer *w, const struct segment *s, size_t len)
{
    enum { TTL = 64, TCP = 6, UDP = 17 };
    uint8_t transport = s->transport == TRANSPORT_TCP ? TCP : UDP;
    const struct address *from = &s->from.address, *to = &s->to.address;
    if (from->len == 4) {
        put16(w, 0x4500);
        put16(w, (uint32_t)(IP4_LEN + len));
        put32(w, 0); /* no fragment */
        put8(w, TTL);
        put8(w, transport);
        put16(w, 0);
    } else {
        put32(w, 0x60000000);
        put16(w, (uint32_t)len);
        put8(w, transport);
        put8(w, TTL);
    }
    put_bytes(w, from->bytes, from->len);
    put_bytes(w, to->bytes, to->len);
}

static void put_transport(struct writer *w, const struct segment *s, size_t len)
{
    put16(w, s->from.port);
    put16(w, s->to.port);
    if (s->transport == TRANSPORT_UDP) {
        put32(w, (uint32_t)(UDP_LEN + len) << 16);
        return;
    }
    put32(w, s->seq);
    put32(w, s->ack);
    put8(w, TCP_LEN / 4 << 4);
    put8(w, TCP_ACK | TCP_PSH);
    put16(w, s->window);
    put32(w, 0); /* checksum, urgent pointer */
}

/* make_packet gives a packet of *len bytes that the caller frees. */
static uint8_t *make_packet(const struct segment *s, size_t payload, size_t *len)
{
    size_t transport = (s->transport == TRANSPORT_TCP ? TCP_LEN : UDP_LEN) + payload;
    *len = (s->from.address.len == 4 ? IP4_LEN : IP6_LEN) + transport;
    uint8_t *packet = must_malloc(*len);
    struct writer w = { packet };
    put_ip(&w, s, transport);
    put_transport(&w, s, payload);
    put_bytes(&w, s->payload, payload);
    return packet;
}

/* ---- asking ---- */

/* What carries the rest comes second: HTTP below a site, STUN below a call. */
static const char *name_of(const struct classifier *c, const struct ndpi_flow_struct *state)
{
    if (state->confidence != NDPI_CONFIDENCE_DPI)
        return NULL;
    for (int i = 1; i >= 0; i--) {
        uint16_t id = state->detected_protocol_stack[i];
        if (id <= NDPI_MAX_SUPPORTED_PROTOCOLS && c->known[id])
            return protocols[c->known[id] - 1].ours;
    }
    return NULL;
}

static bool is_detected(const struct ndpi_flow_struct *state)
{
    return state->detected_protocol_stack[0] != NDPI_PROTOCOL_UNKNOWN;
}

bool classify_see(struct classifier *c, struct suspect *flow, const struct segment *s,
                  const char **name)
{
    if (!flow->state)
        return false;
    size_t payload = s->len < PAYLOAD_MAX ? s->len : PAYLOAD_MAX;
    if (payload > BYTES_MAX - flow->bytes)
        payload = BYTES_MAX - flow->bytes;
    size_t len;
    uint8_t *packet = make_packet(s, payload, &len);
    show_ndpi(c, flow->state, packet, len, s->at.time_us);
    free(packet);
    flow->packets++;
    flow->bytes += (unsigned)payload;
    if (is_detected(flow->state)) {
        *name = name_of(c, flow->state);
        c->totals.named += *name != NULL;
        return false;
    }
    return flow->packets < PACKETS_MAX && flow->bytes < BYTES_MAX;
}

struct classify_totals classify_totals(const struct classifier *c)
{
    return c ? c->totals : (struct classify_totals){ 0 };
}
