# Builds handshark: ./handshark, and everything else in build/. `make help`
# lists the targets. Folders are named here, never files.
#
#     make [CC=clang] [SAN=1] [WERROR=1] [V=1] [TARGET]
#
# Each kind of build has its own folder below build/, so they do not disturb
# each other: release, san, clang-release, clang-san, fuzz.

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc) # -j on the command line wins
endif
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:

Q            = $(if $(V),,@)
PREFIX       = /usr/local
FUZZ_SECONDS = 10

# ---- what is built, and from what

KIND    := $(if $(FUZZ),fuzz,$(if $(findstring clang,$(CC)),clang-)$(if $(SAN),san,release))
BUILD   := build/$(KIND)
PROGRAM := $(if $(filter release,$(KIND)),handshark,$(BUILD)/handshark)
LIBRARY := $(BUILD)/libhandshark.a

SOURCES := $(wildcard analyzer/*.c analyzer/*/*.c dissectors/*.c dissectors/*/*.c)
MAIN    := $(BUILD)/analyzer/main.o
OBJECTS := $(filter-out $(MAIN),$(SOURCES:%.c=$(BUILD)/%.o)) $(patsubst %,$(BUILD)/shipped_%.o,rules tables page)
RULES   := $(sort $(wildcard rules/*.rules))
TABLES  := $(sort $(wildcard rules/*.txt))
PAGE    := $(patsubst %,analyzer/report/html/page.%,html css js)
SAMPLES := $(sort $(wildcard samples/*.pcap samples/*.pcapng))
SUPPORT := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/support/*.c))
TESTS   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
C_FILES := $(wildcard $(foreach folder,analyzer analyzer/* dissectors dissectors/* tests/*, \
             $(folder)/*.c $(folder)/*.h))
SCRIPTS  = $(shell grep -slE '^\#!.*sh$$' .ci/* docs/*/* packaging/* samples/* samples/*/* tests/* tests/*/* tests/*/*/*)

# ---- how

WARNINGS  := -Wall -Wextra -Wpedantic -Wshadow $(if $(WERROR),-Werror)
HARDENING := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
SANITIZE  := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
KIND_FLAGS = $(if $(FUZZ),$(SANITIZE) -fsanitize=fuzzer-no-link,$(if $(SAN),$(SANITIZE),$(HARDENING)))
# GCC clears structs of more than 96 bytes with `rep stos`, which on x86 takes longer to
# begin than to end, and every packet has one. Other machines do not know the option.
CLEARING  := -mmemset-strategy=unrolled_loop:256:noalign,libcall:-1:noalign
CLEARING  := $(shell $(CC) $(CLEARING) -E -x c /dev/null >/dev/null 2>&1 && echo '$(CLEARING)')
# What people run is worth a sixth of its time; tests link the same objects without LTO.
OPTIMIZE  := $(if $(filter release,$(KIND)),-O3 -flto=auto -ffat-lto-objects $(CLEARING),-O2)
COMPILE    = $(CC) -std=c11 -D_GNU_SOURCE $(OPTIMIZE) -g $(WARNINGS) -fPIE $(KIND_FLAGS) \
             -Ianalyzer -Itests -I. $(CPPFLAGS) $(CFLAGS)
LINK       = $(CC) -g -pie -Wl,-z,relro,-z,now,--as-needed $(KIND_FLAGS) $(CFLAGS) $(LDFLAGS)

# pkg-config is asked when something is first compiled, not before: `make deps`
# may have to install it.
ask = $(or $(shell pkg-config $(1)),$(error libraries are missing: `make deps` installs them))
LIBRARIES := libpcap jansson libcrypto libarchive libpcre2-8 zlib libndpi
PKG_FLAGS  = $(eval PKG_FLAGS := $$(patsubst -I%,-isystem %,$$(call ask,--cflags $(LIBRARIES))))$(PKG_FLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $$(call ask,--libs $(LIBRARIES)) -pthread)$(PKG_LIBS)
CHECK_LIBS = $(eval CHECK_LIBS := $$(call ask,--libs check))$(CHECK_LIBS)

.PHONY: compare all deps demo check test bench fuzz lint reference format install uninstall clean help FORCE
.SECONDARY: # keep the tests' objects

all: $(PROGRAM) ## build the program (what it needs is installed by `make deps`)

$(PROGRAM): $(MAIN) $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  make    $@"
	$(Q)$(LINK) $(OPTIMIZE) $^ $(PKG_LIBS) -o $@

# Made anew each time: a source file that went away must not live on inside.
$(LIBRARY): $(OBJECTS) $(BUILD)/objects.stamp
	@rm -f $@
	@echo "  make    $@"
	$(Q)$(if $(filter release,$(KIND)),gcc-ar,ar) rcs $@ $(OBJECTS)

$(BUILD)/%.o: %.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	@echo "  make    $@"
	$(Q)$(COMPILE) $(PKG_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/shipped_%.o: $(BUILD)/shipped_%.c $(BUILD)/flags.stamp
	@echo "  make    $@"
	$(Q)$(COMPILE) -MMD -MP -c $< -o $@

$(BUILD)/shipped_rules.c: $(RULES) packaging/embed $(BUILD)/rules.stamp
	@echo "  make    $@"
	$(Q)packaging/embed shipped_rules $(RULES) >$@

$(BUILD)/shipped_tables.c: $(TABLES) packaging/embed
	@echo "  make    $@"
	$(Q)packaging/embed shipped_tables $(TABLES) >$@

$(BUILD)/shipped_page.c: $(PAGE) packaging/embed
	@echo "  make    $@"
	$(Q)packaging/embed shipped_page $(PAGE) >$@

$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(SUPPORT) $(LIBRARY)
	@echo "  make    $@"
	$(Q)$(LINK) -fno-lto $^ $(PKG_LIBS) $(CHECK_LIBS) -o $@

$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(LIBRARY)
	@echo "  make    $@"
	$(Q)$(LINK) -fsanitize=fuzzer $^ $(PKG_LIBS) -o $@

# A stamp changes when what it says changes: what depends on it is made again
# after a new flag, a new file, or a file that went away.
$(BUILD)/flags.stamp:   says = $(COMPILE)
$(BUILD)/objects.stamp: says = $(OBJECTS)
$(BUILD)/rules.stamp:   says = $(RULES)
$(BUILD)/%.stamp: FORCE
	@mkdir -p $(@D)
	@echo '$(says)' | cmp -s - $@ || echo '$(says)' >$@

-include $(wildcard $(BUILD)/*.d $(BUILD)/*/*.d $(BUILD)/*/*/*.d)

# ---- what people ask for

deps: ## install the Debian packages that are missing for building and testing
	@packaging/install-packages build test

demo: deps ## build, and show what it says of a few samples
	@$(MAKE) --no-print-directory all
	$(if $(SAMPLES),./handshark $(wordlist 1,5,$(SAMPLES)),@echo "no samples to show")

check: deps ## build, then run every test
	@packaging/install-packages page
	@$(MAKE) --no-print-directory test

test: all $(TESTS) ## check, without looking whether packages are missing
	@tests/run $(BUILD) $(PROGRAM)

bench: ## compare speed and memory with libpcap's loop and with nDPI
	@packaging/install-packages build bench
	@$(MAKE) --no-print-directory all bench-files
	@tests/bench/run ./handshark

WORKLOADS := $(patsubst %,build/bench/%.pcap,bulk handshakes syns mqtt coap)
.PHONY: bench-files
bench-files: build/bench/readloop build/bench/judge $(WORKLOADS)

# This one judges with our own library, as it is built for people.
build/bench/judge: $(BUILD)/tests/bench/judge.o $(LIBRARY)
	@mkdir -p $(@D)
	@echo "  make    $@"
	$(Q)$(LINK) $(OPTIMIZE) $^ $(PKG_LIBS) -o $@

build/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	@echo "  make    $@"
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g $(WARNINGS) $< -o $@ -lpcap -lssl -lcrypto

$(WORKLOADS): build/bench/%.pcap: build/bench/workload
	@echo "  make    $@"
	$(Q)build/bench/workload $* $@

fuzz: ## run each fuzz target for FUZZ_SECONDS
	@packaging/install-packages build fuzz
	@$(MAKE) --no-print-directory FUZZ=1 CC=clang fuzz-programs
	@tests/fuzz/run build/fuzz $(FUZZ_SECONDS)

.PHONY: fuzz-programs
fuzz-programs: $(FUZZERS)

lint: ## layout, static analysis, shell scripts, spelling, include direction
	@packaging/install-packages lint
	clang-format --dry-run -Werror $(C_FILES)
	cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
	    --error-exitcode=1 -j$(shell nproc) -Ianalyzer -Itests -I. analyzer dissectors tests
	shellcheck --external-sources --source-path=SCRIPTDIR $(SCRIPTS)
	codespell --skip=errors.txt,test_lexicon.c --ignore-words-list=ba,bu,fo,nam,ot,te,nd,nin,keep-alives,securly,nothin $(wildcard *.md docs rules analyzer dissectors \
	    packaging samples/*.md samples/peers tests/unit tests/support tests/scenes/*.md)
	tests/check_includes

compare: all ## compare what key logs open with what tshark opens, on new captures as well
	tests/system/decryption $(PROGRAM)

reference: all ## write FIELDS.md, causes.md and the golden reports anew; read the difference
	./$(PROGRAM) fields --markdown >rules/FIELDS.md
	./$(PROGRAM) rules list --markdown >docs/causes.md
	packaging/make-schema $(PROGRAM) >docs/handshark.schema.json
	packaging/make-manual $(PROGRAM)
	tests/golden/run $(PROGRAM) --update
	tests/check_docs $(PROGRAM) --update

format: ## lay out the C code
	clang-format -i $(C_FILES)

SHARE = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETION = $(SHARE)/bash-completion/completions/handshark
ZSH_COMPLETION  = $(SHARE)/zsh/site-functions/_handshark
install: all ## install below PREFIX (/usr/local), or DESTDIR/PREFIX
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/handshark
	install -d $(SHARE)/handshark/rules $(SHARE)/doc/handshark $(SHARE)/man/man1 $(SHARE)/man/man5
	install -m 644 $(RULES) $(TABLES) $(wildcard rules/*.md) $(SHARE)/handshark/rules
	install -m 644 LICENSE $(wildcard *.md docs/*.md docs/*.json) $(SHARE)/doc/handshark
	install -D -m 644 -t $(SHARE)/doc/handshark/pictures $(wildcard docs/pictures/*.png)
	sed 's|/usr/local/share|$(PREFIX)/share|' docs/man/handshark.1 >$(SHARE)/man/man1/handshark.1
	chmod 644 $(SHARE)/man/man1/handshark.1
	install -m 644 docs/man/handshark-rules.5 $(SHARE)/man/man5
	install -D -m 644 packaging/completion/handshark.bash $(BASH_COMPLETION)
	install -D -m 644 packaging/completion/_handshark $(ZSH_COMPLETION)

uninstall: ## remove what install put there
	rm -rf $(DESTDIR)$(PREFIX)/bin/handshark $(SHARE)/handshark $(SHARE)/doc/handshark
	rm -f $(SHARE)/man/man1/handshark.1 $(SHARE)/man/man5/handshark-rules.5 $(BASH_COMPLETION) $(ZSH_COMPLETION)

clean: ## remove everything that was built
	rm -rf build handshark

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12
