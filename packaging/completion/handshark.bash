# shellcheck shell=bash
# bash completion for handshark. Made by packaging/make-manual of `handshark help options`.
_handshark()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word command='' second=''
    [ "$cur" = = ] && cur=
    [ "$prev" = = ] && prev=${COMP_WORDS[COMP_CWORD - 2]}
    COMPREPLY=()
    case $prev in
    --filter | -f)
        return
        ;;
    --interface | -i)
        mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$cur")
        return
        ;;
    --keylog)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --baseline)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --log)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --log-zone)
        return
        ;;
    --log-offset)
        return
        ;;
    --jobs | -j)
        return
        ;;
    --max-flows)
        return
        ;;
    --max-memory)
        return
        ;;
    --rules)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --samples)
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
        ;;
    --ca-file)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --ca-path)
        mapfile -t COMPREPLY < <(compgen -d -- "$cur")
        return
        ;;
    --ladder)
        return
        ;;
    --only)
        mapfile -t COMPREPLY < <(compgen -W 'failed completed unknown error warning info' -- "$cur")
        return
        ;;
    --where)
        return
        ;;
    --sort)
        mapfile -t COMPREPLY < <(compgen -W "$(handshark fields --json 2>/dev/null |
            sed -n 's/^{"name":"\([^"]*\)".*/\1/p')" -- "$cur")
        return
        ;;
    --format)
        mapfile -t COMPREPLY < <(compgen -W 'text json csv zeek zeek-json eve ecs sarif html pcapng' -- "$cur")
        return
        ;;
    --output | -o)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --html)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --annotate)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --also)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --redact)
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
        return
        ;;
    --color)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur")
        return
        ;;
    esac
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        -*) ;;
        *) if [ -z "$command" ]; then command=$word; else second=${second:-$word}; fi ;;
        esac
    done
    case $cur in
    -*)
        mapfile -t COMPREPLY < <(compgen -W '--filter -f --interface -i --keylog --baseline --log --log-zone --log-offset --jobs -j --max-flows --max-memory --rules --samples --ca-file --ca-path --no-trust --verbose -v --quiet -q --ladder --only --where --sort --events --json --format --output -o --html --annotate --annotate-all --keep-secrets --also --redact --color --markdown --exit-code --help -h --version' -- "$cur")
        return
        ;;
    esac
    if [ -z "$command" ]; then
        mapfile -t COMPREPLY < <(compgen -W 'watch audit rules explain fields help' -- "$cur"; compgen -f -- "$cur")
    elif [ "$command" = rules ] && [ -z "$second" ]; then
        mapfile -t COMPREPLY < <(compgen -W 'check list test' -- "$cur")
    elif [ "$command" = explain ]; then
        mapfile -t COMPREPLY < <(compgen -W "$(handshark rules list --color never 2>/dev/null |
            grep -oE '^[a-z][a-z0-9.-]+')" -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
}
complete -o filenames -F _handshark handshark
