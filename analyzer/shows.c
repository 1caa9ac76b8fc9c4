/* shows.c - see shows.h. A capture of Wi-Fi, Zigbee or USB is no mistake of its owner:
 * the note says what it is, and which capture would show the handshakes. */
#include "shows.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[KIND_COUNT] = {
    [KIND_EAPOL] = "EAPOL (keys and logins of Wi-Fi and 802.1X)",
    [KIND_MACSEC] = "MACsec (encrypted Ethernet)",
    [KIND_PPPOE] = "PPPoE discovery",
    [KIND_LLDP] = "LLDP",
    [KIND_WLAN] = "Wi-Fi management and control",
    [KIND_WLAN_SEALED] = "encrypted Wi-Fi data",
    [KIND_IP] = "other IP protocols",
    [KIND_UNKNOWN] = "unknown",
};

static void add_counted(struct text *out, uint64_t count, const char *of)
{
    text_format(out, "%" PRIu64 " %s", count, of);
}

/* The kinds of packets, in the order of the table. */
static void add_kinds(struct text *out, const struct decap_totals *d)
{
    const char *before = "";
    if (d->arp > 0) {
        add_counted(out, d->arp, "ARP");
        before = ", ";
    }
    for (int i = 0; i < KIND_COUNT; i++) {
        if (d->kinds[i] == 0)
            continue;
        text_add(out, before);
        add_counted(out, d->kinds[i], kind_names[i]);
        before = ", ";
    }
}

static void add_link(struct text *out, const struct decap_totals *d)
{
    const char *link = decap_link_name(d->last_unknown_link);
    text_format(out, "%s frames", link ? link : "of an unknown link type; such");
}

static void add_wlan(struct text *out, const struct decap_totals *d)
{
    if (d->kinds[KIND_WLAN_SEALED] > 0)
        text_add(out,
                 "What is inside encrypted Wi-Fi data only the network's key opens: let Wireshark "
                 "decrypt it and export the packets, or capture on the wired side of the "
                 "access point.");
    else
        text_add(out, "They show who joins the network, not what is said on it: capture on the "
                      "wired side of the access point, or data frames as well.");
}

static bool is_wlan(const struct decap_totals *d)
{
    return d->kinds[KIND_WLAN] + d->kinds[KIND_WLAN_SEALED] > 0;
}

/* No packet in it has TCP, UDP or ICMP. */
static void add_nothing(struct text *out, const struct decap_totals *d)
{
    if (d->no_ip + d->unknown_link > 0) {
        text_add(out, "its packets are ");
        add_link(out, d);
        text_add(out, ": no IP in them, so no TCP or UDP handshake can be seen. Capture on the IP "
                      "side of the router or the gateway.");
        return;
    }
    text_add(out, "it holds no TCP and no UDP");
    if (d->other + d->arp == 0)
        return;
    text_add(out, "; its packets are ");
    add_kinds(out, d);
    if (is_wlan(d)) {
        text_add(out, ". ");
        add_wlan(out, d);
    }
}

/* Beside packets that show something there are those that can't. */
static void add_mixed(struct text *out, const struct decap_totals *d)
{
    uint64_t blind = d->no_ip + d->unknown_link, sealed = d->kinds[KIND_WLAN_SEALED];
    if (blind > 0) {
        add_counted(out, blind,
                    blind == 1 ? "packet is of another link that shows no IP: "
                               : "packets are of another link that shows no IP: ");
        add_link(out, d);
    }
    if (sealed > 0) {
        text_add(out, blind > 0 ? ". " : "");
        add_counted(out, sealed, sealed == 1 ? "packet is" : "packets are");
        text_add(out, " encrypted Wi-Fi data. ");
        add_wlan(out, d);
    }
}

/* With 64 bytes a packet nothing is left behind the headers. */
static void add_cut(struct text *out, const struct summary *s)
{
    if (s->flows_cut == 0)
        return;
    text_add(out, out->len ? ". " : "");
    text_format(out,
                "the snap length left too little of %" PRIu64
                " flow%s to tell what they speak: capture whole packets (tcpdump -s 0), or "
                "128 bytes at least",
                s->flows_cut, s->flows_cut == 1 ? "" : "s");
}

/* What the capturing machine lost is missing somewhere, and nobody can tell where. */
static void add_drops(struct text *out, const struct summary *s)
{
    if (s->drops == 0)
        return;
    text_add(out, out->len ? ". " : "");
    text_format(out,
                "the capturing machine lost %" PRIu64 " packet%s: what seems to be silence or "
                "loss on the way may be missing here only",
                s->drops, s->drops == 1 ? "" : "s");
}

static bool any_handshake(const struct summary *s)
{
    return s->handshakes[OUTCOME_COMPLETED] + s->handshakes[OUTCOME_FAILED] +
               s->handshakes[OUTCOME_UNKNOWN] >
           0;
}

void shows_note(struct text *out, const struct summary *s, const struct decap_totals *d)
{
    if (s->packets == 0)
        text_add(out, "it holds no packet");
    else if (d->segments == 0 && !any_handshake(s))
        add_nothing(out, d);
    else
        add_mixed(out, d);
    if (d->segments > 0 && s->flows == 0 && out->len == 0 && !any_handshake(s))
        text_add(out, "of TCP, UDP and ICMP it holds ICMP only");
    add_cut(out, s);
    add_drops(out, s);
}
