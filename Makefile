# Everything a person types. What the targets do is in tools/; `make help` lists them.

PORT ?= 8000
HOST ?= 127.0.0.1
SAMPLE ?= S
ROLE ?= owner
ARGS ?=
PYTEST_ARGS ?=
FILE ?=
FORCE ?=
export PORT HOST SAMPLE FORCE

# Debian's own Python: it runs before there is a virtual environment.
PYTHON := /usr/bin/python3 -B

.PHONY: help run stop dsn manage backup restore test test-long test-faults test-docker lint audit bench lock
.DEFAULT_GOAL := help

help: ## List what make can do
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Set everything up and serve on PORT (default 8000); SAMPLE=S|M|L|none chooses the first city, HOST=0.0.0.0 serves others
	@sh tools/packages.sh run
	@exec $(PYTHON) -m tools.serve

stop: ## End what runs from this clone
	@exec $(PYTHON) -m tools.stop

dsn: ## Print the libpq URL of the running database (make -s dsn; ROLE=app for the server's role)
	@exec $(PYTHON) -m tools.dsn "$(ROLE)"

manage: ## Run a management command as the owner: make manage ARGS="import_areas grids.geojson"
	@sh tools/packages.sh run
	@exec $(PYTHON) -m tools.manage $(ARGS)

backup: ## Write the database and its photos into one file, while the server goes on: make backup FILE=path.tar
	@sh tools/packages.sh run
	@exec $(PYTHON) -m tools.backup "$(FILE)"

restore: ## Put a backup into the empty database: make restore FILE=path.tar (FORCE=1 replaces what is in it)
	@sh tools/packages.sh run
	@exec $(PYTHON) -m tools.restore "$(FILE)"

test: ## Pass the tests; PYTEST_ARGS="tests/gis_core -k guard" runs only those
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.test $(PYTEST_ARGS)

test-long: ## Run the longer proofs
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.test -m long $(PYTEST_ARGS)

test-faults: ## Kill the server, the worker and PostgreSQL, and fill disks (some of it needs root)
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.test tests/faults -m "not long" $(PYTEST_ARGS)

test-docker: ## Build the images with buildah and see them serve (root, buildah and debootstrap; else it skips)
	@exec $(PYTHON) -m tools.test_docker

lint: ## Check style, types, imports, migrations and the front end
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.lint

audit: ## Check the packages offline: locks, what is installed, and known faults from FILE=advisories.zip (OSV)
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.audit "$(FILE)"

bench: ## Measure the speeds that matter
	@sh tools/packages.sh run
	@exec $(PYTHON) -m tools.manage bench $(ARGS)

lock: ## Write the lock files anew from requirements*.in; ARGS=--upgrade takes newer versions
	@sh tools/packages.sh test
	@exec $(PYTHON) -m tools.lock $(ARGS)
