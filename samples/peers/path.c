/*
 * A cable that misbehaves: passes Ethernet frames between two interfaces, and loses, delays,
 * doubles or changes those that fit a rule, or answers them with a reset of its own. What the
 * kernel's netem does, for kernels that come without, and repeatable: chance has a seed.
 *
 *     path CLIENT-INTERFACE SERVER-INTERFACE [RULE...]
 *
 * A rule is one argument, its words in any order. Only TCP, UDP and ICMP packets fit one.
 *
 *     which packets:  up (to the server)  down (to the client)  tcp  udp  icmp  syn  synack  fin  rst
 *                     data (has payload)  over=BYTES (IP packet is longer)  has=TEXT
 *                     nth=2  nth=2-4  nth=2-  (of those that fit otherwise)  chance=PERCENT  seed=N
 *     what happens:   drop  delay=MS  copy  flip=OFFSET (in the payload; the checksum is then wrong)
 *                     change=OFFSET (the checksum is mended)  reset=client|server|both
 *                     ttl=N and id=N are the reset's
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum side { CLIENT, SERVER };
enum { ETHERNET_LEN = 14, FRAME_MAX = 65600, RULES_MAX = 16 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

struct frame {
    uint8_t bytes[FRAME_MAX];
    size_t len;
};

/* Where the parts of a frame begin; transport is 0 for what is not TCP, UDP or ICMP. */
struct view {
    bool six;
    uint8_t transport;
    size_t ip_len, transport_at, payload_at, end;
    uint8_t tcp_flags;
};

struct rule {
    bool from[2]; /* client, server */
    uint8_t transport, flags_mask, flags;
    bool data;
    const char *has;
    unsigned over, first, last, chance, random, seen;

    bool drop, copy, flip, mend;
    unsigned delay_ms, offset;
    bool reset[2]; /* toward the client, toward the server */
    unsigned ttl, id;
};

/* Every frame waits for its time, if only for the next turn; the list is in the order of departure. */
struct waiting {
    struct waiting *next;
    int64_t due_ms;
    enum side to;
    size_t len;
    uint8_t bytes[];
};

static struct rule rules[RULES_MAX];
static size_t rule_count;
static int sockets[2];
static struct waiting *queue;

static void fail(const char *what, const char *detail)
{
    fprintf(stderr, "path: %s %s\n", what, detail);
    exit(2);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static void put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/* Reading frames */

static size_t header_len(const struct frame *frame, const struct view *view)
{
    if (view->transport == IPPROTO_TCP && frame->len >= view->transport_at + 20)
        return (size_t)(frame->bytes[view->transport_at + 12] >> 4) * 4;
    return 8;
}

/* Fragments after the first have no transport, so no rule fits them. */
static struct view view_of(const struct frame *frame)
{
    struct view view = { 0 };
    const uint8_t *ip = frame->bytes + ETHERNET_LEN;
    uint16_t type = get16(frame->bytes + 12);
    if (type == ETHERTYPE_IP && frame->len >= ETHERNET_LEN + 20 && !(get16(ip + 6) & 0x1fff)) {
        view.transport = ip[9];
        view.ip_len = get16(ip + 2);
        view.transport_at = ETHERNET_LEN + (size_t)(ip[0] & 15) * 4;
    } else if (type == ETHERTYPE_IPV6 && frame->len >= ETHERNET_LEN + 40) {
        view.six = true;
        view.transport = ip[6];
        view.ip_len = (size_t)get16(ip + 4) + 40;
        view.transport_at = ETHERNET_LEN + 40;
    }
    bool neighbor = view.transport == IPPROTO_ICMPV6 && frame->bytes[view.transport_at] >= 130;
    view.end = ETHERNET_LEN + view.ip_len;
    view.payload_at = view.transport_at + header_len(frame, &view);
    if (neighbor || view.payload_at > view.end || view.end > frame->len)
        view.transport = 0;
    if (view.transport == IPPROTO_TCP)
        view.tcp_flags = frame->bytes[view.transport_at + 13];
    return view;
}

static bool contains(const struct frame *frame, const struct view *view, const char *text)
{
    return memmem(frame->bytes + view->payload_at, view->end - view->payload_at, text,
                  strlen(text)) != NULL;
}

static unsigned draw_percent(struct rule *rule)
{
    rule->random = rule->random * 1664525 + 1013904223;
    return (rule->random >> 16) % 100;
}

static bool same_transport(uint8_t wanted, uint8_t is)
{
    return !wanted || wanted == is || (wanted == IPPROTO_ICMP && is == IPPROTO_ICMPV6);
}

static bool rule_fits(struct rule *rule, enum side from, const struct frame *frame,
                      const struct view *view)
{
    if (!view->transport || !rule->from[from] ||
        !same_transport(rule->transport, view->transport) ||
        (view->tcp_flags & rule->flags_mask) != rule->flags || view->ip_len <= rule->over ||
        (rule->data && view->payload_at == view->end) ||
        (rule->has && !contains(frame, view, rule->has)))
        return false;
    rule->seen++;
    return rule->seen >= rule->first && rule->seen <= rule->last &&
           draw_percent(rule) < rule->chance;
}

/* Writing frames */

static uint32_t sum(uint32_t start, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i + 1 < len; i += 2)
        start += get16(at + i);
    return len % 2 ? start + (uint32_t)(at[len - 1] << 8) : start;
}

static unsigned folded(uint32_t total)
{
    while (total >> 16)
        total = (total & 0xffff) + (total >> 16);
    return ~total & 0xffff;
}

static void mend_checksums(struct frame *frame, const struct view *view)
{
    uint8_t *ip = frame->bytes + ETHERNET_LEN, *transport = frame->bytes + view->transport_at;
    uint8_t *field = transport + (view->transport == IPPROTO_TCP ? 16 : 6);
    size_t len = view->end - view->transport_at;
    if (!view->six) {
        put16(ip + 10, 0);
        put16(ip + 10, folded(sum(0, ip, view->transport_at - ETHERNET_LEN)));
    }
    put16(field, 0);
    uint32_t pseudo = view->six ? sum(0, ip + 8, 32) : sum(0, ip + 12, 8);
    put16(field, folded(sum(pseudo + view->transport + (uint32_t)len, transport, len)));
}

static void send_later(enum side to, const struct frame *frame, unsigned delay_ms)
{
    struct waiting *one = malloc(sizeof *one + frame->len), **at = &queue;
    if (!one)
        fail("out of memory", "");
    *one = (struct waiting){ .due_ms = now_ms() + delay_ms, .to = to, .len = frame->len };
    memcpy(one->bytes, frame->bytes, frame->len);
    while (*at && (*at)->due_ms <= one->due_ms)
        at = &(*at)->next;
    one->next = *at;
    *at = one;
}

static void send_due(void)
{
    while (queue && queue->due_ms <= now_ms()) {
        struct waiting *one = queue;
        queue = one->next;
        if (send(sockets[one->to], one->bytes, one->len, 0) < 0)
            perror("path: send");
        free(one);
    }
}

static void swap_bytes(uint8_t *a, uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* turn_round makes of a packet's head that of an answer to it. */
static void turn_round(struct frame *frame, const struct view *view)
{
    uint8_t *ip = frame->bytes + ETHERNET_LEN, *tcp = frame->bytes + view->transport_at;
    swap_bytes(frame->bytes, frame->bytes + 6, 6);
    if (view->six)
        swap_bytes(ip + 8, ip + 24, 16);
    else
        swap_bytes(ip + 12, ip + 16, 4);
    swap_bytes(tcp, tcp + 2, 2);
}

/* send_reset forges one in the name of the other end: backward it goes at once to who sent the
 * packet, else it goes with the packet, as its next. */
static void send_reset(const struct rule *rule, enum side to, bool backward,
                       const struct frame *packet, struct view view, unsigned delay_ms)
{
    static struct frame reset;
    uint8_t *ip = reset.bytes + ETHERNET_LEN, *tcp = reset.bytes + view.transport_at;
    memcpy(reset.bytes, packet->bytes, view.payload_at);
    uint32_t seq = get32(tcp + 4), ack = get32(tcp + 8);
    uint32_t next =
        seq + (uint32_t)(view.end - view.payload_at) + (view.tcp_flags & TCP_SYN ? 1 : 0);

    if (backward)
        turn_round(&reset, &view);
    put32(tcp + 4, backward ? ack : next);
    put32(tcp + 8, backward ? next : ack);
    put16(tcp + 12, 5 << 12 | TCP_RST | TCP_ACK);
    put16(tcp + 14, 0);
    view.end = view.transport_at + 20;
    if (view.six) {
        put16(ip + 4, 20);
        ip[7] = (uint8_t)rule->ttl;
    } else {
        put16(ip + 2, (unsigned)(view.end - ETHERNET_LEN));
        put16(ip + 4, rule->id);
        put16(ip + 6, 0);
        ip[8] = (uint8_t)rule->ttl;
    }
    mend_checksums(&reset, &view);
    reset.len = view.end;
    send_later(to, &reset, backward ? 0 : delay_ms);
}

static void flip_bit(const struct rule *rule, struct frame *frame, const struct view *view)
{
    if (view->payload_at + rule->offset >= view->end)
        return;
    frame->bytes[view->payload_at + rule->offset] ^= 0x10;
    if (rule->mend)
        mend_checksums(frame, view);
}

/* pass applies all rules that fit; a packet that is lost may still call forth a reset. */
static void pass(enum side from, struct frame *frame)
{
    struct view view = view_of(frame);
    enum side to = from == CLIENT ? SERVER : CLIENT;
    unsigned delay_ms = 0, copies = 1;
    bool lost = false;
    const struct rule *reset = NULL;

    for (size_t i = 0; i < rule_count; i++) {
        struct rule *rule = &rules[i];
        if (!rule_fits(rule, from, frame, &view))
            continue;
        lost |= rule->drop;
        copies += rule->copy;
        delay_ms += rule->delay_ms;
        if (rule->flip)
            flip_bit(rule, frame, &view);
        if ((rule->reset[CLIENT] || rule->reset[SERVER]) && view.transport == IPPROTO_TCP)
            reset = rule;
    }
    for (; copies > 0 && !lost; copies--)
        send_later(to, frame, delay_ms);
    for (enum side side = CLIENT; reset && side <= SERVER; side++)
        if (reset->reset[side])
            send_reset(reset, side, side == from, frame, view, delay_ms);
}

/* Setting up */

/* read_kind knows the words that name a kind of packet. */
static bool read_kind(struct rule *rule, const char *word)
{
    static const struct {
        const char *word;
        uint8_t transport, flags_mask, flags;
    } kinds[] = {
        { "tcp", IPPROTO_TCP, 0, 0 },
        { "udp", IPPROTO_UDP, 0, 0 },
        { "icmp", IPPROTO_ICMP, 0, 0 },
        { "syn", IPPROTO_TCP, TCP_SYN | TCP_ACK, TCP_SYN },
        { "synack", IPPROTO_TCP, TCP_SYN | TCP_ACK, TCP_SYN | TCP_ACK },
        { "fin", IPPROTO_TCP, TCP_FIN, TCP_FIN },
        { "rst", IPPROTO_TCP, TCP_RST, TCP_RST },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(word, kinds[i].word) != 0)
            continue;
        rule->transport = kinds[i].transport;
        rule->flags_mask = kinds[i].flags_mask;
        rule->flags = kinds[i].flags;
        return true;
    }
    return false;
}

static bool read_number(struct rule *rule, const char *word)
{
    const struct {
        const char *format;
        unsigned *to;
    } numbers[] = {
        { "over=%u", &rule->over },   { "chance=%u", &rule->chance },  { "seed=%u", &rule->random },
        { "ttl=%u", &rule->ttl },     { "delay=%u", &rule->delay_ms }, { "id=%u", &rule->id },
        { "flip=%u", &rule->offset }, { "change=%u", &rule->offset },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sscanf(word, numbers[i].format, numbers[i].to) == 1) {
            rule->flip |= numbers[i].to == &rule->offset;
            rule->mend |= strncmp(word, "change", 6) == 0;
            return true;
        }
    return false;
}

/* read_span: one number, a first and a last, or a first and an open end. */
static bool read_span(struct rule *rule, const char *word)
{
    if (sscanf(word, "nth=%u", &rule->first) != 1)
        return false;
    const char *dash = strchr(word, '-');
    rule->last = dash ? UINT32_MAX : rule->first;
    return !dash || !dash[1] || sscanf(dash, "-%u", &rule->last) == 1;
}

static bool read_reset(struct rule *rule, const char *word)
{
    bool client = strcmp(word, "reset=client") == 0, server = strcmp(word, "reset=server") == 0;
    bool both = strcmp(word, "reset=both") == 0;
    rule->reset[CLIENT] |= client || both;
    rule->reset[SERVER] |= server || both;
    return client || server || both;
}

static bool read_switch(struct rule *rule, const char *word)
{
    if (strcmp(word, "up") == 0)
        rule->from[SERVER] = false;
    else if (strcmp(word, "down") == 0)
        rule->from[CLIENT] = false;
    else if (strcmp(word, "data") == 0)
        rule->data = true;
    else if (strcmp(word, "drop") == 0)
        rule->drop = true;
    else if (strcmp(word, "copy") == 0)
        rule->copy = true;
    else if (strncmp(word, "has=", 4) == 0)
        rule->has = word + 4;
    else
        return false;
    return true;
}

static void read_word(struct rule *rule, const char *word)
{
    if (!read_kind(rule, word) && !read_number(rule, word) && !read_span(rule, word) &&
        !read_reset(rule, word) && !read_switch(rule, word))
        fail("no such word in a rule:", word);
}

static void read_rule(char *text)
{
    if (rule_count == RULES_MAX)
        fail("too many rules:", text);
    struct rule *rule = &rules[rule_count++];
    *rule = (struct rule){ .from = { true, true },
                           .first = 1,
                           .last = UINT32_MAX,
                           .chance = 100,
                           .random = 1,
                           .ttl = 64 };
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        read_word(rule, word);
}

static int open_interface(const char *name)
{
    struct sockaddr_ll address = { .sll_family = AF_PACKET,
                                   .sll_protocol = htons(ETH_P_ALL),
                                   .sll_ifindex = (int)if_nametoindex(name) };
    int opened = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
    if (!address.sll_ifindex || opened < 0 ||
        bind(opened, (struct sockaddr *)&address, sizeof address) < 0)
        fail("can't open", name);
    return opened;
}

static void receive(enum side from)
{
    static struct frame frame;
    struct sockaddr_ll sender;
    socklen_t sender_len = sizeof sender;
    ssize_t len = recvfrom(sockets[from], frame.bytes, sizeof frame.bytes, 0,
                           (struct sockaddr *)&sender, &sender_len);
    if (len < ETHERNET_LEN || sender.sll_pkttype == PACKET_OUTGOING)
        return;
    frame.len = (size_t)len;
    pass(from, &frame);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        fail("usage: path CLIENT-INTERFACE SERVER-INTERFACE", "[RULE...]");
    for (int i = 3; i < argc; i++)
        read_rule(argv[i]);
    sockets[CLIENT] = open_interface(argv[1]);
    sockets[SERVER] = open_interface(argv[2]);
    puts("passing frames");
    fflush(stdout);
    for (;;) {
        struct pollfd ready[] = { { .fd = sockets[CLIENT], .events = POLLIN },
                                  { .fd = sockets[SERVER], .events = POLLIN } };
        int64_t wait_ms = queue ? queue->due_ms - now_ms() : -1;
        poll(ready, 2, wait_ms < 0 && queue ? 0 : (int)wait_ms);
        send_due();
        for (enum side side = CLIENT; side <= SERVER; side++)
            if (ready[side].revents)
                receive(side);
    }
}
