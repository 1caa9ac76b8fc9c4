/* filter.c - see filter.h. */
#include "net/filter.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    SNAP_LEN = 262144,
    MAX_PROGRAMS = 64, /* more link types than this are an attack, not a network */
};

struct program {
    uint32_t link_type;
    bool fits;
    struct bpf_program code;
};

struct filter {
    char *expression;
    struct program programs[MAX_PROGRAMS];
    size_t count, last;           /* last: of the packet before */
    char fault[PCAP_ERRBUF_SIZE]; /* of the link type that did not fit */
};

static const struct {
    uint32_t link_type;
    int dlt;
} differing[] = {
    { 100, DLT_ATM_RFC1483 }, { 101, DLT_RAW },      { 102, DLT_SLIP_BSDOS },
    { 103, DLT_PPP_BSDOS },   { 106, DLT_ATM_CLIP },
};

int dlt_of(uint32_t link_type)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++) {
        if (differing[i].link_type == link_type)
            return differing[i].dlt;
    }
    return (int)link_type;
}

uint32_t link_type_of(int dlt)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++) {
        if (differing[i].dlt == dlt)
            return differing[i].link_type;
    }
    return (uint32_t)dlt;
}

/* compile gives whether it worked; on failure fault says why it did not. */
static bool compile(const char *expression, uint32_t link_type, struct bpf_program *code,
                    char fault[PCAP_ERRBUF_SIZE])
{
    pcap_t *dead = pcap_open_dead(dlt_of(link_type), SNAP_LEN);
    if (!dead) {
        snprintf(fault, PCAP_ERRBUF_SIZE, "out of memory");
        return false;
    }
    bool done = pcap_compile(dead, code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
    if (!done)
        snprintf(fault, PCAP_ERRBUF_SIZE, "%s", pcap_geterr(dead));
    pcap_close(dead);
    return done;
}

static void tell(struct error *e, const char *expression, const char *fault)
{
    error_place(e, "filter '%s'", expression);
    error_fault(e, "%s", fault);
    error_hint(e, "'man pcap-filter' describes the language, e.g. 'host 10.0.0.7 and port 8883'");
}

/* makes_sense tries link types until one takes the expression: "type mgt" is
 * wrong on Ethernet and right on 802.11. The fault is Ethernet's. */
static bool makes_sense(const char *expression, char fault[PCAP_ERRBUF_SIZE])
{
    static const int common[] = { DLT_EN10MB, DLT_IEEE802_11_RADIO, DLT_LINUX_SLL, DLT_PPP,
                                  DLT_PFLOG };
    char other[PCAP_ERRBUF_SIZE] = "";
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        struct bpf_program code;
        if (compile(expression, (uint32_t)common[i], &code, i == 0 ? fault : other)) {
            pcap_freecode(&code);
            return true;
        }
    }
    return false;
}

struct filter *filter_new(const char *expression, struct error *e)
{
    char fault[PCAP_ERRBUF_SIZE];
    if (!makes_sense(expression, fault)) {
        tell(e, expression, fault);
        return NULL;
    }
    struct filter *f = must_calloc(1, sizeof *f);
    f->expression = must_strdup(expression);
    return f;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        if (f->programs[i].fits)
            pcap_freecode(&f->programs[i].code);
    }
    free(f->expression);
    free(f);
}

/* program_for gives the program for a link type, or NULL past the cap. */
static struct program *program_for(struct filter *f, uint32_t link_type)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->programs[i].link_type == link_type) {
            f->last = i;
            return &f->programs[i];
        }
    }
    if (f->count == MAX_PROGRAMS)
        return NULL;
    struct program *program = &f->programs[f->count];
    program->link_type = link_type;
    program->fits = compile(f->expression, link_type, &program->code, f->fault);
    f->last = f->count++;
    return program;
}

bool filter_fits(struct filter *f, uint32_t link_type, struct error *e)
{
    const struct program *program = program_for(f, link_type);
    if (program && program->fits)
        return true;
    tell(e, f->expression, f->fault);
    return false;
}

bool filter_matches(struct filter *f, const struct packet *p)
{
    const struct program *program = &f->programs[f->last];
    if (f->count == 0 || program->link_type != p->link_type)
        program = program_for(f, p->link_type);
    if (!program || !program->fits)
        return false;
    struct pcap_pkthdr header = { .caplen = p->len, .len = p->wire_len };
    return pcap_offline_filter(&program->code, &header, p->data) != 0;
}

bool filter_useless(const struct filter *f, struct error *e)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->programs[i].fits)
            return false;
    }
    if (f->count > 0)
        tell(e, f->expression, f->fault);
    return f->count > 0;
}
