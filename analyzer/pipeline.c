/* pipeline.c - see pipeline.h.
 *
 *     packet ── decap ──> segment ── flow table ──> flow ── stream ──> bytes
 *                                                                        │
 *  outputs <── verdict <── rules <── handshake <── conversation <────────┘
 *
 * Only here do the stages meet. What belongs to a flow beside its counters (its
 * conversation, what its first bytes were) is a struct watch, made when payload
 * comes and gone when its last handshake was judged. */
#include "pipeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bare_events.h"
#include "base/arena.h"
#include "change.h"
#include "classify.h"
#include "dissectors/bare/bare.h"
#include "dissectors/tls/keylog.h"
#include "facts.h"
#include "handshake/conversation.h"
#include "handshake/speaks.h"
#include "history.h"
#include "net/decap.h"
#include "net/flow.h"
#include "net/neighbor.h"
#include "progress.h"
#include "rule/recent.h"
#include "shows.h"
#include "witness.h"

enum {
    FLOW_MEMORY_MAX = 1024 * 1024, /* one flow's arena */
    STREAM_MAX = 256 * 1024,       /* bytes of one direction that wait */
    SAYS_MAX = 480,
    SAYS_MIN = 4,
};

static const int64_t SECOND_US = 1000000;

struct watch {
    struct arena *arena; /* holds the conversation and its handshakes; NULL when it is over */
    struct conversation *conversation;
    struct said said;
    struct suspect *suspect; /* while nDPI looks at it */
    bool asked;              /* nDPI was, or could not be */
    bool began;              /* its first handshake has begun, and history knows */
};

struct pipeline {
    struct budget budget;
    struct decap *decap;
    struct flow_table *flows;
    const struct ruleset *rules;
    struct outputs *outputs;
    const char *name;
    bool wants_details, wants_everything;
    int64_t now_us; /* latest packet time */
    size_t secrets_taken;
    uint64_t next_number, handshakes_refused, unwatched, other_flows;
    struct summary summary;
    struct pipeline_result result;
    struct history *history;
    struct changes *changes;
    bool own_history, own_changes;
    struct witness *witness;
    struct recent *recent; /* NULL when no rule counts */
    struct bare_events bare_events;
    struct capture *capture;
    bool breaks_off;               /* it is damaged, and no more of it can be read */
    struct classifier *classifier; /* NULL until somebody speaks what we do not know */
    struct neighbors *neighbors;   /* NULL until somebody asks for one */
    struct facts_lists flow_lists;
    struct value flow_values[FLOW_FIELD_COUNT], history_values[HISTORY_FIELD_COUNT],
        change_values[CHANGE_FIELD_COUNT];
};

/* ---- verdicts ---- */

static void report(struct pipeline *p, const struct verdict *v)
{
    p->summary.handshakes[v->outcome]++;
    if (v->cause)
        causes_count(&p->summary.causes, v->cause->id);
    else if (v->outcome == OUTCOME_UNKNOWN && v->finding_count)
        causes_count(&p->summary.unknown, v->findings[0].id);
    outputs_handshake(p->outputs, p->name, v);
}

/* What is slower to find is found for what did not go well, and for the curious. */
static bool wants_all(const struct pipeline *p, const struct handshake *hs)
{
    static const int64_t SLOW_US = 1000000;
    return hs->outcome != OUTCOME_COMPLETED || p->wants_everything ||
           hs->last.time_us - hs->first.time_us >= SLOW_US;
}

static void judge(struct pipeline *p, const struct flow *f, struct handshake *hs, struct verdict *v)
{
    bool all = wants_all(p, hs);
    hs->flow_values = p->flow_values;
    if (all)
        facts_path(p->flow_values, f, hs, &p->flow_lists);
    else
        facts_path_clear(p->flow_values, &p->flow_lists);
    if (hs->over[0] && hs->over[1]) { /* the flow's first bytes were those of what carries it */
        p->flow_values[FLOW_CLIENT_SPEAKS].present = false;
        p->flow_values[FLOW_SERVER_SPEAKS].present = false;
        p->flow_values[FLOW_SERVER_SAYS].present = false;
        p->flow_values[FLOW_PROTOCOL_GUESS].present = false;
    }
    if (hs->dissector->finish)
        hs->dissector->finish(hs, p->wants_details);
    history_fill(p->history, hs, all, p->history_values);
    hs->history_values = p->history_values;
    if (hs->outcome == OUTCOME_FAILED) {
        changes_fill(p->changes, hs, p->change_values);
        hs->change_values = p->change_values;
    } else {
        changes_fetch(p->changes, hs);
    }
    ruleset_judge_next(p->rules, p->recent, hs, v);
    if (p->witness)
        witness_testify(p->witness, v);
}

/* The flow's facts and the capture's; and if nothing came of its server, whether somebody
 * on the link looks for that in vain. */
static void fill_facts(struct pipeline *p, const struct flow *f, const struct said *said)
{
    facts_fill(p->flow_values, f, said, p->now_us);
    facts_of_capture(p->flow_values, f, p->breaks_off, capture_totals(p->capture)->dropped);
    if (!p->neighbors || f->side[SERVER].packets > 0)
        return;
    struct neighbor_pair *pair = neighbors_asked_for(p->neighbors, &f->ends[SERVER].address);
    if (!pair)
        return;
    facts_neighbor(p->flow_values, pair);
    pair->told = true;
}

static void report_finished(struct pipeline *p, struct flow *f, bool all)
{
    struct watch *w = f->owner;
    struct handshake *hs = conversation_finished(w->conversation, all);
    if (!hs)
        return;
    fill_facts(p, f, &w->said);
    for (; hs; hs = conversation_finished(w->conversation, all)) {
        struct verdict v;
        judge(p, f, hs, &v);
        report(p, &v);
        history_note(p->history, hs, v.outcome, f->side[SERVER].bytes > 0);
        changes_note(p->changes, hs, v.outcome, f->side[SERVER].ttl);
    }
}

/* ---- flows that never reached a protocol ---- */

static const char *name_of(const struct said *said)
{
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (said->speaks[side] && strcmp(said->speaks[side], "text") != 0)
            return said->speaks[side];
    return said->guess;
}

static bool was_silent_for(const struct pipeline *p, const struct flow *f, int64_t us)
{
    return p->now_us - f->first.time_us >= us;
}

/* A side sent payload of which the capture has nothing, though the other side got it:
 * what that did not get either was lost on the way, before it came here. */
static bool spoke_unseen(const struct flow *f, enum side side)
{
    return f->side[side].bytes == 0 && f->side[side_other(side)].acked_data;
}

/* How far the transport came, and whether that can be a failure at all. One or two
 * SYNs at the very end of a capture are none: one may be lost, and the answer be on the way. */
static bool bare_state(const struct pipeline *p, const struct flow *f, uint8_t *state)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    if (f->transport == TRANSPORT_UDP) {
        *state = BARE_REFUSED;
        return f->icmp && server->packets == 0;
    }
    if (!f->syn_seen || facts_one_sided(f) != NOBODY) {
        *state = BARE_MIDDLE;
        return false;
    }
    bool answered = client->packets > client->syns + client->resets; /* what was not captured */
    if (!f->syn_ack_seen && answered) {
        *state = BARE_MIDDLE;
        return false;
    }
    if (!f->syn_ack_seen && (server->resets > 0 || f->icmp)) {
        *state = BARE_REFUSED;
        return true;
    }
    if (server->packets == 0) {
        *state = BARE_CALLED;
        return client->syns > 2 || was_silent_for(p, f, 3 * SECOND_US);
    }
    if (f->syn_ack_seen && !f->established) {
        *state = BARE_HALF_OPEN;
        return server->syns > 1 && client->resets == 0;
    }
    if (client->bytes == 0 && server->bytes == 0) {
        *state = BARE_CONNECTED;
        if (spoke_unseen(f, CLIENT) || spoke_unseen(f, SERVER))
            return false;
        return f->established && (f->ending == FLOW_CLOSED || f->ending == FLOW_RESET ||
                                  was_silent_for(p, f, 10 * SECOND_US));
    }
    *state = BARE_TALKED;
    return true;
}

/* What a flow speaks that nobody judges, for the summary. Names are few: ours and nDPI's. */
static void count_other(struct pipeline *p, const struct flow *f, const struct watch *w)
{
    struct summary *s = &p->summary;
    p->other_flows++;
    const char *name = w ? name_of(&w->said) : NULL;
    s->flows_cut += f->cut && !name;
    size_t at = 0;
    while (name && at < s->other_count && strcmp(s->others[at].name, name) != 0)
        at++;
    if (!name || at == sizeof s->others / sizeof *s->others)
        return;
    s->others[at].name = name;
    s->others[at].flows++;
    s->other_count += at == s->other_count;
}

/* Reports such a flow only when a rule knows why it failed: that somebody spoke
 * a protocol we do not know is no failure. */
static void judge_bare(struct pipeline *p, struct flow *f)
{
    struct watch *w = f->owner;
    struct handshake hs = {
        .dissector = f->transport == TRANSPORT_UDP ? &udp_dissector : &tcp_dissector,
        .transport = f->transport,
        .first = f->first,
        .last = f->last,
        .outcome = OUTCOME_FAILED,
    };
    if (!bare_state(p, f, &hs.state)) {
        count_other(p, f, w);
        return;
    }
    memcpy(hs.ends, f->ends, sizeof hs.ends);
    fill_facts(p, f, w ? &w->said : NULL);
    struct verdict v;
    judge(p, f, &hs, &v);
    if (!v.cause) {
        count_other(p, f, w);
        return;
    }
    bare_events_fill(&p->bare_events, f, w ? &w->said : NULL, &hs);
    hs.number = ++p->next_number;
    report(p, &v);
    changes_note(p->changes, &hs, v.outcome, f->side[SERVER].ttl);
}

/* ---- watching a flow ---- */

static void watch_end(struct pipeline *p, struct flow *f)
{
    struct watch *w = f->owner;
    if (!w)
        return;
    if (w->conversation)
        conversation_end(w->conversation);
    arena_free(w->arena);
    classify_close(p->classifier, w->suspect);
    if (w->said.server_says)
        budget_give(&p->budget, SAYS_MAX);
    free(w->said.server_says);
    budget_give(&p->budget, sizeof *w);
    free(w);
    f->owner = NULL;
}

/* The conversation begins with payload of side: what the other side closed before
 * is told, for an answer to it is a reaction. */
static struct conversation *conversation_for(struct pipeline *p, struct watch *w,
                                             const struct flow *f, enum side side)
{
    bool tcp = f->transport == TRANSPORT_TCP;
    enum side one = facts_one_sided(f);
    struct conversation_about about = {
        .transport = f->transport,
        .first = f->first,
        .late = { (tcp && !f->syn_seen) || one == SERVER,
                  (tcp && !f->syn_ack_seen) || one == CLIENT },
        .next_number = &p->next_number,
        .refused = &p->handshakes_refused,
    };
    memcpy(about.ends, f->ends, sizeof about.ends);
    about.closed[side_other(side)] = f->side[side_other(side)].fin;
    return conversation_new(w->arena, &about);
}

/* Makes the flow's watch with its first payload. Without memory for it the flow
 * is counted and not watched. */
static struct watch *watch_of(struct pipeline *p, struct flow *f, enum side side)
{
    struct watch *w = f->owner;
    if (w)
        return w;
    if (budget_take(&p->budget, sizeof *w)) {
        f->owner = w = must_malloc(sizeof *w);
        *w = (struct watch){ .arena = arena_new(&p->budget, FLOW_MEMORY_MAX) };
        w->conversation = w->arena ? conversation_for(p, w, f, side) : NULL;
        if (w->conversation)
            return w;
        watch_end(p, f);
    }
    p->unwatched++;
    flow_past_handshake(p->flows, f);
    return NULL;
}

static size_t text_at_front(const struct segment *s)
{
    size_t len = 0;
    while (len < s->len && len < SAYS_MAX &&
           ((s->payload[len] >= 0x20 && s->payload[len] < 0x7f) ||
            memchr("\r\n\t", s->payload[len], 3)))
        len++;
    return len;
}

/* What a server says first tells what its port is for, whoever asks next. */
static void note_port(struct pipeline *p, const struct flow *f, const char *speaks)
{
    bool whole = f->transport == TRANSPORT_UDP || f->syn_seen || f->syn_ack_seen;
    if (whole && speaks && strcmp(speaks, "text") != 0)
        history_spoke(p->history, f->transport, &f->ends[SERVER], speaks);
}

/* The first bytes of each side, for flows that turn out to speak something else. */
static void note_first_bytes(struct pipeline *p, const struct flow *f, enum side side,
                             const struct segment *s)
{
    struct watch *w = f->owner;
    w->said.spoke[side] = true;
    w->said.speaks[side] = speaks(s->payload, s->len, s->transport);
    if (side == SERVER)
        note_port(p, f, w->said.speaks[SERVER]);
    size_t len = side == SERVER ? text_at_front(s) : 0;
    if (len < SAYS_MIN || !budget_take(&p->budget, SAYS_MAX))
        return;
    w->said.server_says = must_malloc(len + 1);
    memcpy(w->said.server_says, s->payload, len);
    w->said.server_says[len] = 0;
}

/* nDPI is worth its time where we have no name ourselves, and saw the beginning. */
static bool wants_classifier(const struct flow *f, const struct watch *w)
{
    bool whole = f->transport == TRANSPORT_UDP || (f->syn_seen && f->syn_ack_seen);
    return whole && conversation_puzzled(w->conversation) && !name_of(&w->said);
}

static struct suspect *suspect_of(struct pipeline *p, struct watch *w)
{
    if (w->asked)
        return w->suspect;
    w->asked = true;
    if (!p->classifier)
        p->classifier = classifier_new(&p->budget);
    w->suspect = p->classifier ? classify_open(p->classifier) : NULL;
    return w->suspect;
}

static void ask_classifier(struct pipeline *p, const struct flow *f, struct watch *w,
                           const struct segment *s)
{
    bool wanted = s->len > 0 && wants_classifier(f, w);
    struct suspect *suspect = wanted ? suspect_of(p, w) : w->suspect;
    if (!suspect || s->len == 0)
        return;
    if (wanted && classify_see(p->classifier, suspect, s, &w->said.guess))
        return;
    classify_close(p->classifier, suspect);
    w->suspect = NULL;
}

/* After something was read: reports what is settled, and stops watching what has
 * nothing more to tell. */
static void after_reading(struct pipeline *p, struct flow *f)
{
    struct watch *w = f->owner;
    const struct handshake *hs = w->began ? NULL : conversation_newest(w->conversation);
    w->began = w->began || (hs && history_began(p->history, hs));
    report_finished(p, f, false);
    if (conversation_watching(w->conversation)) {
        if (conversation_quiet(w->conversation)) {
            flow_past_handshake(p->flows, f);
            f->watched = true; /* for the handshake that its ports may see next */
        } else if (conversation_idles(w->conversation)) {
            flow_is_patient(p->flows, f);
        }
        return;
    }
    bool unknown = conversation_unrecognised(w->conversation);
    if (!unknown)
        report_finished(p, f, true);
    flow_past_handshake(p->flows, f);
    conversation_end(w->conversation);
    arena_free(w->arena);
    w->arena = NULL;
    w->conversation = NULL;
    if (!unknown)
        watch_end(p, f); /* else what it said is wanted at its end */
}

static void turn_round(struct flow *f, struct watch *w, enum side *side)
{
    flow_swap_sides(f);
    const char *speaks = w->said.speaks[CLIENT];
    w->said.speaks[CLIENT] = w->said.speaks[SERVER];
    w->said.speaks[SERVER] = speaks;
    *side = side_other(*side);
}

static bool feed(struct flow *f, struct watch *w, enum side *side, const struct stream_view *view)
{
    struct stream *s = f->streams[*side];
    size_t used = conversation_feed(w->conversation, *side, view->bytes, view->len, view->at);
    if (conversation_swapped(w->conversation))
        turn_round(f, w, side);
    if (used > 0)
        stream_consume(s, used);
    if (used >= view->len || stream_keep(s))
        return used > 0;
    /* It wants more than we may keep: what there is counts as lost. */
    size_t left = view->len - used;
    size_t skip = conversation_gap(w->conversation, *side, view->bytes + used, left, 0, view->at);
    stream_consume(s, left + skip);
    return true;
}

/* Gives a side's bytes on until there are none, or it must wait. */
static void drain(struct flow *f, struct watch *w, enum side side)
{
    struct stream *s = f->streams[side];
    bool more = s != NULL;
    while (more && conversation_watching(w->conversation)) {
        struct stream_view view = stream_look(s);
        switch (view.news) {
        case STREAM_BYTES:
            feed(f, w, &side, &view);
            break;
        case STREAM_GAP: {
            size_t skip =
                conversation_gap(w->conversation, side, view.bytes, view.kept, view.len, view.at);
            stream_consume(s, view.kept + view.len + skip);
            break;
        }
        case STREAM_CLOSED:
            conversation_close(w->conversation, side, false, view.at);
            break;
        case STREAM_NOTHING:
            more = false;
            break;
        }
    }
}

/* What never came here and was never acknowledged, the other side lacks as well: to
 * both of us the handshake stands still before that hole. */
static bool is_lost_to_both(const struct flow *f, enum side side)
{
    uint32_t full;
    return facts_one_sided(f) == NOBODY && flow_lost_bytes(f, side, &full) > 0;
}

/* Nothing more will come: what waits behind a hole is read now, and the hole told. */
static void give_up_waiting(struct flow *f, struct watch *w)
{
    for (enum side side = CLIENT; side <= SERVER; side++)
        if (f->streams[side] && !is_lost_to_both(f, side))
            stream_give_up(f->streams[side]);
    drain(f, w, CLIENT);
    drain(f, w, SERVER);
}

/* A flow is watched from its first payload on; until then it costs no memory.
 * A FIN or RST before any payload only counts. */
static void tcp_segment(struct pipeline *p, struct flow *f, enum side side, const struct segment *s)
{
    if (!f->owner && s->wire_len == 0)
        return;
    struct watch *w = watch_of(p, f, side);
    if (!w || !w->conversation)
        return;
    if (!flow_push(p->flows, f, side, s)) {
        p->unwatched++;
        flow_past_handshake(p->flows, f);
        watch_end(p, f);
        return;
    }
    if (s->len > 0 && !w->said.spoke[side])
        note_first_bytes(p, f, side, s);
    /* The other side first: an acknowledgement may have freed what it waited for. */
    struct stream *own = f->streams[side];
    drain(f, w, side_other(side));
    side = f->streams[CLIENT] == own ? CLIENT : SERVER;
    drain(f, w, side);
    side = f->streams[CLIENT] == own ? CLIENT : SERVER;
    if (s->flags & TCP_RST && conversation_watching(w->conversation)) {
        give_up_waiting(f, w);
        side = f->streams[CLIENT] == own ? CLIENT : SERVER;
        conversation_close(w->conversation, side, true, s->at);
    }
    if (w->suspect || conversation_puzzled(w->conversation))
        ask_classifier(p, f, w, s);
    after_reading(p, f);
}

static void udp_datagram(struct pipeline *p, struct flow *f, enum side side,
                         const struct segment *s)
{
    struct watch *w = watch_of(p, f, side);
    if (!w || !w->conversation)
        return;
    if (s->len > 0 && !w->said.spoke[side])
        note_first_bytes(p, f, side, s);
    conversation_datagram(w->conversation, side, s->payload, s->len, s->wire_len, s->at);
    if (conversation_swapped(w->conversation))
        turn_round(f, w, &side);
    if (w->suspect || conversation_puzzled(w->conversation))
        ask_classifier(p, f, w, s);
    after_reading(p, f);
}

/* ---- neighbours on the link ---- */

static void note_neighbor(struct pipeline *p, const struct segment *s)
{
    if (!neighbor_is_message(s))
        return;
    if (!p->neighbors)
        p->neighbors = neighbors_new(&p->budget);
    if (p->neighbors)
        neighbors_note(p->neighbors, s);
}

/* What goes to everybody tells little of its sender: such are heard on any port. */
static bool is_to_many(const struct address *a)
{
    const uint8_t *b = a->bytes;
    return a->len == 4 ? b[0] >= 224 || b[3] == 255 : b[0] == 0xff;
}

static void note_ends(struct pipeline *p, const struct flow *f)
{
    if (is_to_many(&f->ends[SERVER].address) || is_to_many(&f->ends[CLIENT].address))
        return;
    for (enum side side = CLIENT; side <= SERVER; side++)
        neighbors_talks(p->neighbors, &f->ends[side].address);
}

/* A handshake of two neighbours that never came to a packet. */
static void judge_neighbors(struct pipeline *p, const struct neighbor_pair *pair)
{
    struct handshake hs = {
        .dissector = pair->asker.len == 4 ? &arp_dissector : &ndp_dissector,
        .transport = TRANSPORT_ARP,
        .ends = { { .address = pair->asker }, { .address = pair->target } },
        .first = pair->first,
        .last = pair->last,
        .outcome = OUTCOME_FAILED,
        .flow_values = p->flow_values,
        .history_values = p->history_values,
        .number = ++p->next_number,
    };
    struct verdict v;
    facts_path_clear(p->flow_values, &p->flow_lists);
    memset(p->flow_values, 0, sizeof p->flow_values);
    memset(p->history_values, 0, sizeof p->history_values);
    facts_neighbor(p->flow_values, pair);
    ruleset_judge(p->rules, &hs, &v);
    report(p, &v);
}

/* Others' questions are heard on every port of a switch: told are those of machines
 * that this capture is about, and all when it is about nothing else. */
static void judge_neighbors_due(struct pipeline *p, int64_t until_us, bool all)
{
    const struct neighbor_pair *pair;
    while (p->neighbors && (pair = neighbors_due(p->neighbors, until_us, all)))
        judge_neighbors(p, pair);
}

/* ---- flows that are over ---- */

/* The moment up to which silence counts. Silence on a TCP connection means that
 * somebody gave up only where somebody tried again, or where the server took the
 * client's bytes and never answered: else the capture merely lacks the rest. */
static struct moment end_of(const struct pipeline *p, const struct flow *f)
{
    const struct flow_side *client = &f->side[CLIENT], *server = &f->side[SERVER];
    bool tried = client->retransmissions > 0 || server->retransmissions > 0;
    bool ignored = client->bytes > 0 && server->bytes == 0;
    bool meant = f->transport == TRANSPORT_UDP || tried || ignored;
    bool known = meant && f->ending != FLOW_EVICTED;
    return (struct moment){ known ? p->now_us : f->last.time_us, f->last.frame };
}

/* A side that sent the same bytes so often, for so long, in vain: nobody waits much
 * longer, and the capture need not wait until TCP itself gives up. */
static bool tried_in_vain(const struct flow *f)
{
    enum { MANY = 4, LONG_US = 3000000 };
    for (enum side side = CLIENT; f->path && side <= SERVER; side++) {
        struct path_loss loss = path_loss_of(f->path, side);
        if (loss.tries >= MANY && loss.tried_us >= LONG_US)
            return facts_one_sided(f) == NOBODY;
    }
    return false;
}

/* A server that answers DTLS in another protocol will not answer it in DTLS later. */
static bool is_answered_otherwise(const struct flow *f, const struct watch *w)
{
    const char *client = w->said.speaks[CLIENT], *server = w->said.speaks[SERVER];
    return f->transport == TRANSPORT_UDP && client && server && strcmp(client, "dtls") == 0 &&
           strcmp(server, client) != 0;
}

/* An ICMP error instead of any answer is to a datagram what a reset is to a SYN.
 * That a packet was too large is none: the sender makes it smaller. */
static bool is_unreachable(const struct flow *f)
{
    enum { UNREACHABLE = 3, UNREACHABLE_V6 = 1 };
    if (f->transport != TRANSPORT_UDP || !f->icmp || f->side[SERVER].packets > 0)
        return false;
    return f->icmp->type == (f->icmp->v6 ? UNREACHABLE_V6 : UNREACHABLE) && !f->icmp->too_large;
}

static void end_flow(struct pipeline *p, struct flow *f)
{
    struct watch *w = f->owner;
    if (w && w->conversation) {
        give_up_waiting(f, w);
        if (is_unreachable(f))
            conversation_close(w->conversation, SERVER, true,
                               (struct moment){ f->last.time_us, f->icmp->at.frame });
        conversation_close(w->conversation, NOBODY, tried_in_vain(f) || is_answered_otherwise(f, w),
                           end_of(p, f));
    }
    if (p->neighbors)
        note_ends(p, f);
    bool recognised = w ? w->conversation && conversation_dissector(w->conversation) : false;
    if (recognised)
        report_finished(p, f, true);
    else if (f->watched || w)
        judge_bare(p, f);
    watch_end(p, f);
    flow_table_release(p->flows, f);
}

/* ---- packets ---- */

static void end_expired(struct pipeline *p)
{
    struct flow *f;
    while ((f = flow_table_expired(p->flows, p->now_us)))
        end_flow(p, f);
}

static void handle_packet(struct pipeline *p, const struct packet *packet)
{
    struct summary *s = &p->summary;
    s->packets++;
    s->bytes += packet->wire_len;
    if (s->packets == 1)
        s->first = packet->at;
    s->last = packet->at;
    if (packet->at.time_us > p->now_us || s->packets == 1)
        p->now_us = packet->at.time_us;
    end_expired(p);

    struct segment segment;
    enum decap_status status = decap_packet(p->decap, packet, &segment);
    if (status == DECAP_ARP)
        note_neighbor(p, &segment);
    if (status != DECAP_SEGMENT)
        return;
    if (segment.transport == TRANSPORT_ICMP) {
        flow_table_icmp(p->flows, &segment);
        note_neighbor(p, &segment);
        return;
    }
    enum side side;
    struct flow *f = flow_table_find(p->flows, &segment, &side);
    if (f && p->neighbors && f->first.frame == segment.at.frame)
        note_ends(p, f);
    if (!f || !f->watched)
        return;
    if (segment.transport == TRANSPORT_TCP)
        tcp_segment(p, f, side, &segment);
    else
        udp_datagram(p, f, side, &segment);
}

/* ---- the summary ---- */

static void tally(struct summary *s, const char *name, const char *about, uint64_t count)
{
    if (count > 0 && s->tally_count < sizeof s->tallies / sizeof *s->tallies)
        s->tallies[s->tally_count++] = (struct tally){ name, about, count };
}

static int more_frequent(const void *a, const void *b)
{
    const struct protocol_count *one = a, *two = b;
    if (one->flows != two->flows)
        return one->flows > two->flows ? -1 : 1;
    return strcmp(one->name, two->name);
}

static void count_everything(struct pipeline *p, struct capture *c)
{
    struct summary *s = &p->summary;
    const struct capture_totals *packets = capture_totals(c);
    const struct decap_totals *d = decap_totals(p->decap);
    const struct flow_totals *f = flow_table_totals(p->flows);
    s->flows = f->flows;
    s->drops = packets->dropped;
    s->tcp_flows = f->tcp;
    s->udp_flows = f->udp;
    qsort(s->others, s->other_count, sizeof *s->others, more_frequent);
    tally(s, "packets_filtered", "packets left out by the filter", packets->filtered);
    tally(s, "packets_dropped", "packets lost by the capturing machine", packets->dropped);
    tally(s, "packets_dropped_by_interface", "packets lost by its network interface",
          packets->dropped_by_interface);
    tally(s, "packets_without_ip", "packets of a link that carries no IP", d->no_ip);
    tally(s, "packets_other", "packets with neither TCP, UDP nor ICMP in them", d->other);
    if (p->neighbors)
        tally(s, "neighbors_forgotten",
              "addresses asked for in vain on the link that were forgotten to make room",
              neighbors_forgotten(p->neighbors));
    tally(s, "packets_of_unknown_link", "packets of a link type that is not known",
          d->unknown_link);
    tally(s, "packets_malformed", "packets with lengths that contradict each other", d->malformed);
    tally(s, "packets_cut", "packets cut by the snap length before their ports", d->cut);
    tally(s, "fragments_dropped", "IP fragments that never made a whole", d->fragments_dropped);
    tally(s, "packets_shown_twice", "packets that the capture shows twice", f->copies);
    tally(s, "flows_evicted", "flows judged early to make room for others", f->evicted);
    tally(s, "flows_not_watched", "flows not looked into for want of memory", p->unwatched);
    tally(s, "flows_other", "flows with no handshake in them that we know", p->other_flows);
    tally(s, "flows_not_classified", "flows whose protocol nDPI had no room to name",
          classify_totals(p->classifier).refused);
    tally(s, "handshakes_refused", "handshakes beyond the cap of a flow", p->handshakes_refused);
    tally(s, "rule_counts_forgotten", "peers that rules no longer count for want of memory",
          p->recent ? recent_forgotten(p->recent) : 0);
    tally(s, "memory_refused", "requests for memory beyond the limit", p->budget.refused);
}

/* ---- the run ---- */

static void pipeline_init(struct pipeline *p, const char *name, const struct ruleset *rules,
                          struct outputs *outputs, const struct pipeline_options *o)
{
    struct flow_limits limits = {
        .max_flows = o->max_flows ? o->max_flows : DEFAULT_MAX_FLOWS,
        .idle_us = (o->live ? 30 : 130) * SECOND_US,
        .patient_us = 1800 * SECOND_US, /* 1.5 of the longest keep-alive in use, 20 minutes */
        .done_idle_us = 300 * SECOND_US,
        .linger_us = 2 * SECOND_US,
        .stream_cap = STREAM_MAX,
    };
    *p = (struct pipeline){
        .budget.max = o->max_memory ? o->max_memory : DEFAULT_MAX_MEMORY,
        .rules = rules,
        .witness = o->witness,
        .outputs = outputs,
        .name = name,
        .wants_details = outputs_want_details(outputs) || ruleset_wants_details(rules),
        .wants_everything = outputs_want_everything(outputs),
        .summary.capture = name,
    };
    p->decap = decap_new(&p->budget);
    p->flows = flow_table_new(&limits, &p->budget);
    p->history = o->history ? o->history : history_new();
    p->own_history = !o->history;
    p->changes = o->changes ? o->changes : changes_new();
    p->own_changes = !o->changes;
    p->recent = ruleset_counts(rules) ? recent_new() : NULL;
}

static void pipeline_end(struct pipeline *p)
{
    if (p->own_history)
        history_free(p->history);
    if (p->own_changes)
        changes_free(p->changes);
    classifier_free(p->classifier);
    recent_free(p->recent);
    neighbors_free(p->neighbors);
    flow_table_free(p->flows);
    decap_free(p->decap);
    budget_clear(&p->budget);
}

/* Secrets in the capture come before the packets that they open. */
static void take_secrets(struct pipeline *p, struct capture *c, const struct pipeline_options *o)
{
    if (!o->keylog || capture_totals(c)->secrets == p->secrets_taken)
        return;
    const struct capture_secret *s;
    while ((s = capture_secret(c, p->secrets_taken))) {
        p->secrets_taken++;
        if (s->type == KEYLOG_BLOCK_TYPE)
            keylog_add(o->keylog, s->data, s->len);
    }
}

static enum capture_status read_packets(struct pipeline *p, struct capture *c,
                                        const struct pipeline_options *o, struct error *e)
{
    struct progress bar = { 0 };
    struct packet packet;
    for (;;) {
        enum capture_status status = capture_next(c, &packet, e);
        if (status == CAPTURE_PACKET) {
            take_secrets(p, c, o);
            handle_packet(p, &packet);
        } else if (status == CAPTURE_IDLE) {
            p->now_us = packet.at.time_us > p->now_us ? packet.at.time_us : p->now_us;
            end_expired(p);
        } else {
            progress_end(&bar);
            return status;
        }
        if (o->stop && *o->stop)
            return CAPTURE_END;
        if (o->progress && (p->summary.packets & 0xffff) == 0)
            progress_show(&bar, capture_totals(c), p->name);
    }
}

struct pipeline_result pipeline_run(struct capture *c, const char *name,
                                    const struct ruleset *rules, struct outputs *outputs,
                                    const struct pipeline_options *options, struct error *e)
{
    struct pipeline p;
    pipeline_init(&p, name, rules, outputs, options);
    p.capture = c;
    enum capture_status status = read_packets(&p, c, options, e);
    p.breaks_off = status != CAPTURE_END;

    struct flow *f;
    while ((f = flow_table_next_left(p.flows)))
        end_flow(&p, f);
    bool nothing_else = flow_table_totals(p.flows)->flows == 0;
    judge_neighbors_due(&p, INT64_MAX, nothing_else);
    count_everything(&p, c);
    struct text note = { 0 };
    shows_note(&note, &p.summary, decap_totals(p.decap));
    p.summary.note = note.len ? text_string(&note) : NULL;
    struct text damage = { 0 };
    if (status != CAPTURE_END) {
        text_format(&damage, "%s: %s", e->place, e->fault);
        p.summary.damaged = text_string(&damage);
    }
    outputs_summary(outputs, &p.summary);

    p.result.broken = status != CAPTURE_END;
    memcpy(p.result.handshakes, p.summary.handshakes, sizeof p.result.handshakes);
    p.result.causes = p.summary.causes;
    text_free(&damage);
    text_free(&note);
    pipeline_end(&p);
    return p.result;
}
