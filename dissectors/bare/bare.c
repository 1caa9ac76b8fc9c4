/* bare.c - see bare.h. Nothing is read here: the pipeline tells the state. */
#include "dissectors/bare/bare.h"

static const struct state tcp_states[] = {
    [BARE_CALLED] = { "syn", SERVER, "the server's SYN-ACK", OUTCOME_OPEN, false },
    [BARE_REFUSED] = { "refused", NOBODY, NULL, OUTCOME_OPEN, false },
    [BARE_HALF_OPEN] = { "half_open", CLIENT, "the client's acknowledgement", OUTCOME_OPEN, false },
    [BARE_CONNECTED] = { "connected", CLIENT, "the first byte", OUTCOME_OPEN, false },
    [BARE_TALKED] = { "talked", NOBODY, NULL, OUTCOME_OPEN, false },
    [BARE_MIDDLE] = { "middle", NOBODY, NULL, OUTCOME_OPEN, false },
};

static const struct state udp_states[] = {
    [BARE_CALLED] = { "called", SERVER, "any answer", OUTCOME_OPEN, false },
    [BARE_REFUSED] = { "refused", NOBODY, NULL, OUTCOME_OPEN, false },
    [BARE_HALF_OPEN] = { "called", SERVER, "any answer", OUTCOME_OPEN, false },
    [BARE_CONNECTED] = { "called", SERVER, "any answer", OUTCOME_OPEN, false },
    [BARE_TALKED] = { "talked", NOBODY, NULL, OUTCOME_OPEN, false },
    [BARE_MIDDLE] = { "middle", NOBODY, NULL, OUTCOME_OPEN, false },
};

static const struct state neighbor_states[] = {
    [BARE_CALLED] = { "asked", SERVER, "its hardware address", OUTCOME_OPEN, false },
};

static const char *const messages[] = {
    [BARE_SAW_SYN] = "SYN",         [BARE_SAW_SYN_AGAIN] = "SYN again",
    [BARE_SAW_SYN_ACK] = "SYN-ACK", [BARE_SAW_DATA] = "data",
    [BARE_SAW_FIN] = "FIN",         [BARE_SAW_RST] = "RST",
    [BARE_SAW_ICMP] = "ICMP error", [BARE_SAW_SILENCE] = "silence",
};

static const struct machine tcp_machine = { .states = tcp_states, .messages = messages };
static const struct machine udp_machine = { .states = udp_states, .messages = messages };
static const struct machine neighbor_machine = { .states = neighbor_states };

static const struct field_table no_fields = { "transport", NULL, 0 };

const struct dissector tcp_dissector = {
    .name = "tcp",
    .transports = 1u << TRANSPORT_TCP,
    .fields = &no_fields,
    .machine = &tcp_machine,
};

const struct dissector udp_dissector = {
    .name = "udp",
    .transports = 1u << TRANSPORT_UDP,
    .fields = &no_fields,
    .machine = &udp_machine,
};

const struct dissector arp_dissector = {
    .name = "arp",
    .transports = 1u << TRANSPORT_ARP,
    .fields = &no_fields,
    .machine = &neighbor_machine,
};

const struct dissector ndp_dissector = {
    .name = "ndp",
    .transports = 1u << TRANSPORT_ARP,
    .fields = &no_fields,
    .machine = &neighbor_machine,
};
