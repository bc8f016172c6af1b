# One command each. `make` alone explains them; what they do stands in scripts/.

.DEFAULT_GOAL := help
.PHONY: bench fmt fuzz help openapi rows run screenshots sim test web

run: ## build, replay a year of real purchases the first time, serve at http://127.0.0.1:8080 (JIFEN_PORT=… for another port)
	@scripts/run.sh

test: ## everything that must hold before a change goes in; STAGES="tidy rows" for only these
	@scripts/test.sh $(STAGES)

bench: ## measure, each figure beside its reference, as a ratio from one run
	@scripts/bench.sh

rows: ## which rows of docs/requirements.md a test proves, and which not yet; AREA=EARN for one area
	@node scripts/rows.mjs $(if $(AREA),--area $(AREA))

web: ## build the pages (web/dist), which the next build of the program takes along
	@scripts/web.sh build

screenshots: ## pictures of every page in target/screenshots: three widths, both languages, some dark
	@scripts/web.sh build
	@cargo build --locked -p jifen-cli --bin jifen
	@scripts/web.sh screenshots

fmt: ## format all code
	@cargo fmt --all
	@scripts/web.sh fmt

openapi: ## write docs/openapi.json from the code
	@cargo run --quiet --locked -p jifen-cli --bin jifen -- openapi > docs/openapi.json.new
	@mv docs/openapi.json.new docs/openapi.json

fuzz: ## try to break the API for up to an hour, with a new seed each time
	@cargo build --locked -p jifen-cli --bin jifen
	@FUZZ_EXAMPLES=2000 FUZZ_SECONDS=3600 FUZZ_SEED=$$(date +%s) scripts/api-fuzz.sh

sim: ## a world that tries to break it: SEED=7 STEPS=5000 RUNS=20, or RUNS=0 until it is stopped; and a year of MEMBERS=10000
	@cargo run --quiet --release --locked -p jifen-sim --bin jifen-sim -- $(or $(SEED),$(shell date +%s)) $(or $(STEPS),5000) $(or $(RUNS),$(if $(SEED),1,20))
	@cargo run --quiet --release --locked -p jifen-sim --bin jifen-sim -- year $(or $(SEED),$(shell date +%s)) $(or $(MEMBERS),10000)

help:
	@echo 'Jifen: an open platform for member points. Two commands to begin with:'
	@echo
	@echo '    make run     and open http://127.0.0.1:8080/docs'
	@echo '    make test    before you hand in a change'
	@echo
	@echo 'All of them:'
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "    make %-11s %s\n", $$1, $$2 }'
	@echo
	@echo 'README.md shows what Jifen does, ARCHITECTURE.md where everything is.'
