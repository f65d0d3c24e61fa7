#!/usr/bin/env bash
# `npm run verify:compose`: starts the distributed stack, goes through docs/distributed.md command by command, scales
# it, kills containers under load, proves what is stored, and takes the stack down. Needs Docker with Compose v2.
#
#   IN="…/docker-engine.sh in" npm run verify:compose   # where the stack's ports are in another network namespace
#   KEEP=1 npm run verify:compose                       # leave the stack up
set -euo pipefail
cd "$(dirname "$0")/.."
compose() { docker compose -f infra/compose.distributed.yaml "$@"; }
http() { ${IN:-} curl -sf --max-time 60 "$@"; }
redis() { docker exec infra-redis-1 redis-cli --raw "$@"; }
passed=0
ok() { passed=$((passed + 1)); echo "ok   $1"; }
fail() { echo "FAIL $1" >&2; exit 1; }
expect() { [[ "$2" == *"$3"* ]] && ok "$1" || fail "$1: expected \"$3\" in: ${2:0:600}"; }
down() { [ -n "${KEEP:-}" ] || compose down --volumes --timeout 20 >/dev/null 2>&1; }
trap down EXIT

api=http://127.0.0.1:8000
post() { http -X POST "$api/runs" -H 'content-type: application/json' "$@"; }
run_id_of() { sed -E 's/.*"run_id":"([^"]+)".*/\1/'; }

compose up -d --build --wait >/dev/null 2>&1 || fail "the stack does not come up: $(compose ps)"
ok "up -d --build --wait"

containers=$(docker ps --format '{{.Names}} {{.Ports}}')
for name in infra-redis-1 infra-backend-1 infra-workflow-worker-1 infra-tool-worker-1 infra-frontend-1; do
  expect "$name runs" "$containers" "$name"
done
published=$(grep -oE '[0-9]+->' <<<"$containers" | sort -u | tr -d '\n')
[ "$published" = "3000->8000->" ] && ok "only 3000 and 8000 are published" || fail "published: $published"

[ "$(http "$api/health")" = '{"status":"ok"}' ] && ok "/health" || fail "/health"
http "$api/ready" >/dev/null && ok "/ready"
expect "the page on :3000" "$(http http://127.0.0.1:3000/)" "<title>Baton"
[ "$(http http://127.0.0.1:3000/health)" = '{"status":"ok"}' ] && ok "the page reaches the API"

answer=$(post -H 'prefer: wait=30' -d '{"message":"17 + 32"}')
expect "a calculator run" "$answer" "49"
run_id=$(run_id_of <<<"$answer")
expect "a question about the documents" "$(post -H 'prefer: wait=30' -d '{"message":"What is a lease?"}')" '"outcome":"success"'

for service in backend workflow-worker tool-worker; do
  [ -n "$(docker logs --tail 200 "infra-$service-1" 2>&1)" ] && ok "docker logs infra-$service-1"
done
expect "CONFIG GET appendonly" "$(redis CONFIG GET appendonly)" "yes"
expect "CONFIG GET maxmemory-policy" "$(redis CONFIG GET maxmemory-policy)" "noeviction"
expect "PUBSUB NUMSUB events:all" "$(redis PUBSUB NUMSUB events:all)" "events:all"
expect "XLEN queue:tools" "$(redis XLEN queue:tools)" "0"
expect "XINFO GROUPS queue:tools" "$(redis XINFO GROUPS queue:tools)" "tool-workers"
expect "XINFO CONSUMERS queue:tools tool-workers" "$(redis XINFO CONSUMERS queue:tools tool-workers)" "pending"
expect "LRANGE ai:run:\$RUN_ID:events" "$(redis LRANGE "ai:run:$run_id:events" 0 -1 | tail -n 80)" '"type":"run.completed"'

expect "containers do not run as root" "$(docker exec infra-backend-1 id -u)" "1000"
docker exec infra-backend-1 sh -c 'test ! -e /app/.env && test ! -d /app/node_modules/vitest' && ok "no .env and no development packages in the image"
echo "     image: $(docker image inspect baton --format '{{.Size}}' | awk '{printf "%.0f MB", $1 / 1e6}')"

compose up -d --wait --scale workflow-worker=3 --scale tool-worker=3 >/dev/null 2>&1 && ok "--scale workflow-worker=3 --scale tool-worker=3"
ids=()
for number in $(seq 60); do
  ids+=("$(post -d "{\"message\":\"$number + 1\"}" | run_id_of)")
  case $number in
    15) docker kill infra-workflow-worker-2 >/dev/null ;;
    30) docker kill infra-tool-worker-2 >/dev/null ;;
    45) docker restart -t 20 infra-backend-1 >/dev/null; until http "$api/health" >/dev/null; do sleep 0.2; done ;;
  esac
done
for id in "${ids[@]}"; do
  # The stream ends with the run.
  expect "run $id" "$(http -N "$api/runs/$id/events" | tail -n 3)" '"type":"run.completed"' >/dev/null
done
ok "60 runs end although a worker of each kind is killed and the API replaced"
docker restart -t 20 infra-redis-1 >/dev/null
until redis ping >/dev/null 2>&1; do sleep 0.2; done
expect "runs are accepted after Redis was restarted" "$(post -H 'prefer: wait=30' -d '{"message":"17 + 32"}')" "49"
docker exec infra-backend-1 node composition/verify.ts --all && ok "every stored run is proven"
echo "$passed passed, 0 failed"
