/* capture_live.c - see capture_live.h.
 *
 * The door to libpcap's live capture. Opening needs privileges, reading does
 * not: they are given up in between, before the first hostile byte is read. */
#include "net/capture_live.h"

#include <pcap/pcap.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "net/filter.h"
#include "net/privileges.h"

enum {
    SNAP_LEN = 262144,
    KERNEL_BUFFER_LEN = 16 << 20,
    IDLE_MS = 100, /* how long to wait for a packet before saying IDLE */
};

struct capture_live {
    pcap_t *pcap;
    char *interface;
    uint32_t link_type;
    volatile sig_atomic_t broken;           /* capture_live_break was called */
    uint32_t dropped, dropped_by_interface; /* as libpcap told last */
};

/* list_interfaces hints at what could have been meant. */
static void list_interfaces(struct error *e)
{
    char fault[PCAP_ERRBUF_SIZE];
    pcap_if_t *all = NULL;
    struct text names = { 0 };
    if (pcap_findalldevs(&all, fault) == 0) {
        for (const pcap_if_t *i = all; i; i = i->next)
            text_format(&names, "%s%s", i == all ? "" : ", ", i->name);
        pcap_freealldevs(all);
    }
    if (names.len > 0)
        error_hint(e, "there are: %s", text_string(&names));
    else
        error_hint(e, "'ip link' lists the interfaces");
    text_free(&names);
}

static const char *activation_hint(int status)
{
    switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
        return "run as root, or once: sudo setcap cap_net_raw+ep \"$(command -v handshark)\"";
    case PCAP_ERROR_IFACE_NOT_UP:
        return "bring it up: sudo ip link set INTERFACE up";
    default:
        return "'tcpdump -D' lists what can be captured on";
    }
}

static bool refuse(struct capture_live *l, int status, struct error *e)
{
    const char *detail = pcap_geterr(l->pcap);
    error_fault(e, "%s", detail[0] ? detail : pcap_statustostr(status));
    if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED)
        error_fault(e, "no permission to capture on it");
    if (status == PCAP_ERROR_NO_SUCH_DEVICE) {
        error_fault(e, "there is no such interface");
        list_interfaces(e);
    } else {
        error_hint(e, "%s", activation_hint(status));
    }
    return false;
}

static bool activate(struct capture_live *l, struct error *e)
{
    pcap_set_snaplen(l->pcap, SNAP_LEN);
    pcap_set_promisc(l->pcap, 1);
    pcap_set_timeout(l->pcap, IDLE_MS);
    pcap_set_immediate_mode(l->pcap, 1);
    pcap_set_buffer_size(l->pcap, KERNEL_BUFFER_LEN);
    int status = pcap_activate(l->pcap); /* above 0: a warning, e.g. no promiscuous mode */
    char fault[PCAP_ERRBUF_SIZE];
    if (status < 0 || pcap_setnonblock(l->pcap, 1, fault) != 0)
        return refuse(l, status, e);
    l->link_type = link_type_of(pcap_datalink(l->pcap));
    return true;
}

static bool set_filter(struct capture_live *l, const char *expression, struct error *e)
{
    struct bpf_program code;
    if (!expression)
        return true;
    if (pcap_compile(l->pcap, &code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0) {
        int status = pcap_setfilter(l->pcap, &code);
        pcap_freecode(&code);
        if (status == 0)
            return true;
    }
    error_place(e, "filter '%s'", expression);
    error_fault(e, "%s", pcap_geterr(l->pcap));
    error_hint(e, "'man pcap-filter' describes the language, e.g. 'host 10.0.0.7 and port 8883'");
    return false;
}

struct capture_live *capture_live_open(const char *interface, const char *filter, struct error *e)
{
    char fault[PCAP_ERRBUF_SIZE] = "";
    struct capture_live *l = must_calloc(1, sizeof *l);
    l->interface = must_strdup(interface);
    error_place(e, "interface %s", interface);
    l->pcap = pcap_create(interface, fault);
    if (!l->pcap) {
        error_fault(e, "%s", fault);
        list_interfaces(e);
    } else if (activate(l, e) && set_filter(l, filter, e) && privileges_drop(e)) {
        error_clear(e);
        return l;
    }
    capture_live_close(l);
    return NULL;
}

void capture_live_close(struct capture_live *l)
{
    if (!l)
        return;
    if (l->pcap)
        pcap_close(l->pcap);
    free(l->interface);
    free(l);
}

/* The only clock of the program. Packet times come from the same one, so a
 * silent network lets time pass as a busy one does. */
static enum capture_status idle(struct packet *p)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    *p = (struct packet){ .at.time_us = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 };
    return CAPTURE_IDLE;
}

static enum capture_status failed(const struct capture_live *l, struct error *e)
{
    error_place(e, "interface %s", l->interface);
    error_fault(e, "%s", pcap_geterr(l->pcap));
    error_hint(e, "when the interface is back, start again; -i any survives interfaces that "
                  "come and go");
    return CAPTURE_FAILED;
}

/* libpcap's own time limit is not to be relied on: in immediate mode on Linux
 * it waits for ever. So we wait, and libpcap only looks. A signal ends the
 * waiting, too. */
static bool wait_for_packet(const struct capture_live *l)
{
    struct pollfd ready = { .fd = pcap_get_selectable_fd(l->pcap), .events = POLLIN };
    return poll(&ready, 1, IDLE_MS) != 0;
}

enum capture_status capture_live_next(struct capture_live *l, struct packet *p, struct error *e)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int status = 0;
    while (!l->broken && (status = pcap_next_ex(l->pcap, &header, &data)) == 0) {
        if (!wait_for_packet(l))
            break;
    }
    if (status == 0) {
        l->broken = 0;
        return idle(p);
    }
    if (status != 1)
        return failed(l, e);
    *p = (struct packet){
        .at.time_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec,
        .link_type = l->link_type,
        .data = data,
        .len = header->caplen,
        .wire_len = header->len < header->caplen ? header->caplen : header->len,
    };
    return CAPTURE_PACKET;
}

void capture_live_losses(struct capture_live *l, struct capture_totals *t)
{
    struct pcap_stat now;
    if (pcap_stats(l->pcap, &now) != 0)
        return;
    /* libpcap counts in 32 bits, which a long watch overflows. */
    t->dropped += (uint32_t)(now.ps_drop - l->dropped);
    t->dropped_by_interface += (uint32_t)(now.ps_ifdrop - l->dropped_by_interface);
    l->dropped = now.ps_drop;
    l->dropped_by_interface = now.ps_ifdrop;
}

void capture_live_break(struct capture_live *l)
{
    l->broken = 1;
}
