# matrix-users: `make` builds dist/matrix-users, `make help` lists the rest.
PREFIX ?= /usr/local
DESTDIR ?=
NODE := node --import=tsx
BINARY := dist/matrix-users
# As the phone gets it: from source, for this machine.
SOURCE := dist/matrix-users-source
MANUAL := dist/matrix-users.1
COMPLETIONS := dist/completions/matrix-users.bash dist/completions/_matrix-users dist/completions/matrix-users.fish
SHARE = $(DESTDIR)$(PREFIX)/share
SOURCES := $(shell find src build -type f) package.json package-lock.json tsconfig.json

BIN ?=
ARCHES ?= x64 arm64
.PHONY: all help phone demo playground test test-fuzz test-synapse test-continuwuity test-phone test-node test-load lint bench screenshots docs npm dist install clean

all: $(BINARY) $(MANUAL) $(COMPLETIONS) ## build dist/matrix-users, one static executable; its manual page, its completions

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 26

# npm needs a place for what it fetches also where the home cannot be written.
NPM_CACHE := $(shell [ -w "$$HOME" ] || echo --cache '$(CURDIR)/dist/npm-cache')

# npm writes this file last, so it is older than the lock file exactly when packages are missing.
node_modules/.package-lock.json: package-lock.json
	npm ci --include=dev --no-audit --no-fund --no-update-notifier --loglevel=error $(NPM_CACHE)
	@touch $@

$(BINARY): node_modules/.package-lock.json $(SOURCES)
	$(NODE) build/package.ts

$(SOURCE): $(BINARY)
	$(NODE) build/package.ts source

phone: node_modules/.package-lock.json ## build dist/matrix-users-arm64 for a phone
	$(NODE) build/package.ts phone

demo: $(BINARY) ## a short story on a simulated homeserver
	$(NODE) test/demo.ts

playground: $(BINARY) ## a simulated homeserver on 127.0.0.1:8448 to try commands on
	$(NODE) test/playground.ts

test: all $(SOURCE) ## run all tests on the built executable
	@sh build/debian.sh gcc libc6-dev libseccomp-dev shellcheck runit exfat-fuse exfatprogs python3 openssl chromium mandoc zsh fish strace
	$(NODE) test/run.ts

test-fuzz: $(BINARY) ## 5,000 ways in which a homeserver answers wrongly: CASES=n SEED=s, CASE=n shows one again
	@sh build/debian.sh time
	$(NODE) test/fuzz/run.ts

test-synapse: $(BINARY) ## run the contract suite on a real Synapse (installed from PyPI)
	sh test/synapse/install.sh
	$(NODE) test/synapse/self-check.ts
	$(NODE) test/synapse/run.ts

test-continuwuity: $(BINARY) ## the same on a real continuwuity: BIN=path/to/conduwuit
	BIN="$(BIN)" $(NODE) test/continuwuity/run.ts

test-phone: $(SOURCE) ## every command under the phone's rules, and the bundle as arm64 under qemu
	@sh build/debian.sh gcc libc6-dev libseccomp-dev exfat-fuse exfatprogs qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross
	MATRIX_TEST_COMMAND=./$(SOURCE) $(NODE) test/run.ts test/phone/*.test.ts
	sh test/phone/arm64.sh

test-node: npm ## the npm package on newer nodes (from npm)
	sh test/newer-nodes.sh

test-load: $(BINARY) ## 10,000 commands by several processes at once, and 1,000 on Synapse
	sh test/synapse/install.sh
	$(NODE) test/load/simulated.ts
	$(NODE) test/load/synapse.ts

lint: node_modules/.package-lock.json ## check format, style and types
	npx --no-install biome check
	npx --no-install tsc

bench: $(BINARY) ## measure speed, memory and size
	@sh build/debian.sh curl jq openssl python3
	$(NODE) test/bench.ts

screenshots: $(BINARY) ## take the pictures of the panel and of the demo anew (docs/)
	@sh build/debian.sh chromium
	$(NODE) test/panel/screenshots.ts
	$(NODE) test/picture.ts

docs: node_modules/.package-lock.json ## write docs/commands.md and docs/settings.md anew, from the program's tables
	$(NODE) build/docs/write.ts

$(MANUAL): $(BINARY) docs/CHANGELOG.md
	$(NODE) build/man.ts

$(COMPLETIONS): $(BINARY)
	@mkdir -p $(@D)
	$(BINARY) completion $(if $(filter %.bash,$@),bash,$(if $(filter %.fish,$@),fish,zsh)) > $@

npm: node_modules/.package-lock.json ## the npm package dist/matrix-users-VERSION.tgz, for any Node 20 or newer
	$(NODE) build/npm.ts

dist: all npm ## tars for x64 and arm64 (or ARCHES="x64") and the npm package with checksums, in dist/release
	$(if $(filter arm64,$(ARCHES)),[ "$$(node -p process.arch)" = arm64 ] || { rm -f $(BINARY)-arm64; $(NODE) build/package.ts phone; } || true)
	sh build/dist.sh $(ARCHES)

install: all ## executable, manual, completions and scripts below PREFIX (/usr/local)
	install -d "$(SHARE)/matrix-users/ops/services" "$(SHARE)/matrix-users/bootstrap" "$(SHARE)/man/man1" "$(DESTDIR)$(PREFIX)/bin" \
	  "$(SHARE)/bash-completion/completions" "$(SHARE)/fish/vendor_completions.d" "$(SHARE)/zsh/site-functions"
	install -m 755 $(BINARY) "$(DESTDIR)$(PREFIX)/bin/matrix-users"
	install -m 755 $(wildcard ops/*.sh) "$(SHARE)/matrix-users/ops"
	install -m 644 ops/crontab.example "$(SHARE)/matrix-users/ops"
	install -m 644 $(wildcard ops/services/*) "$(SHARE)/matrix-users/ops/services"
	install -m 755 $(wildcard bootstrap/*.sh) "$(SHARE)/matrix-users/bootstrap"
	install -m 644 $(MANUAL) "$(SHARE)/man/man1/matrix-users.1"
	install -m 644 dist/completions/matrix-users.bash "$(SHARE)/bash-completion/completions/matrix-users"
	install -m 644 dist/completions/matrix-users.fish "$(SHARE)/fish/vendor_completions.d/matrix-users.fish"
	install -m 644 dist/completions/_matrix-users "$(SHARE)/zsh/site-functions"

clean: ## remove what was built
	rm -rf dist .tap
