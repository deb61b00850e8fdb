#!/bin/bash
# control-groups.sh TSINIT [ENGINE IMAGE]: control groups of programs, and whom the kernel kills for want of memory.
# As root on a machine with cgroup v2 alone; makes one group of its own there and takes it away. With ENGINE (docker or podman) the same
# in its containers, too. Prints one line for each thing that was looked at; exit code 1 when one of them is not as it should be,
# 77 and a sentence where this machine does not let us try.
set -u
tsinit=$(readlink -f "$1") engine=${2:-} image=${3:-}
mount=/sys/fs/cgroup
own=$mount$(sed -n 's/^0:://p' /proc/self/cgroup)
work=$(mktemp -d)
failed=0

skip() {
    echo "skipped: $1"
    rm -rf "$work"
    exit 77
}
ok() { echo "ok: $1"; }
bad() {
    echo "FAILED: $1"
    sed 's/^/    | /' "$work/log" 2>/dev/null
    failed=1
}
# look NAME REGEX: a line of the last container's output
look() { if grep -Eq -- "$2" "$work/log"; then ok "$1"; else bad "$1: no line matches $2"; fi; }
# never NAME REGEX
never() { if grep -Eq -- "$2" "$work/log"; then bad "$1: a line matches $2"; else ok "$1"; fi; }

[ -f $mount/cgroup.controllers ] || skip 'this machine has no cgroup v2 at /sys/fs/cgroup'
[ "$(id -u)" = 0 ] || skip 'root alone may make control groups here'
# Below our own group, or beside it where that one has members and hands nothing on.
for parent in "$own" "$(dirname "$own")"; do
    outer=${parent%/}/tsinit-test-$$
    mkdir "$outer" 2>/dev/null || continue
    grep -qw memory "$outer/cgroup.controllers" && grep -qw pids "$outer/cgroup.controllers" && grep -qw cpu "$outer/cgroup.controllers" && break
    rmdir "$outer"
done
[ -d "$outer" ] || skip "neither $own nor the group above hands memory, cpu and pids to a group of ours"
end() {
    echo $$ >"$own/cgroup.procs"
    for group in "$outer"/*/ "$outer"; do
        echo 1 >"$group/cgroup.kill"
        until rmdir "$group"; do
            [ -d "$group" ] || break
            sleep 0.1
        done
    done 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
# Nothing may be a member of a group whose resources are divided.
mkdir "$outer/rest" && echo $$ >"$outer/rest/cgroup.procs"
for one in memory pids cpu; do
    echo "+$one" >"$outer/cgroup.subtree_control" || skip "cannot divide $outer"
done

# contain OPTIONS MOUNT-OPTION: tsinit with the configuration on stdin as PID 1 in a group `box`, its root of control groups; until it ends.
# OPTIONS: words for box, as in memory.max=100M
contain() {
    local options=$1 how=$2
    cat >"$work/c.conf"
    mkdir "$outer/box" || exit 1
    for option in $options; do echo "${option#*=}" >"$outer/box/${option%%=*}"; done
    timeout -k 5 60 unshare --mount --pid --fork --kill-child --mount-proc sh -c "
        echo 0 >'$outer/box/cgroup.procs'
        exec unshare --cgroup sh -c 'umount $mount && mount -t cgroup2 cgroup2 $mount && mount -o remount,bind,$how $mount; exec \"$tsinit\" -c \"$work/c.conf\"'" >"$work/log" 2>&1
    code=$?
    for group in "$outer"/box/*/ "$outer/box"; do
        echo 1 >"$group/cgroup.kill"
        until rmdir "$group"; do
            [ -d "$group" ] || break
            sleep 0.1
        done
    done 2>/dev/null
}

eater='command=tail /dev/zero
startsecs=0
autorestart=false'
report="exit_report=$work/report"
waiting='sh -c "i=0; until [ $i = 60 ] || grep -qs oom_kill.1 /sys/fs/cgroup/*/memory.events /sys/fs/cgroup/memory.events; do sleep 0.3; i=$((i+1)); done; sleep 1; echo calm'

for together in 0 1; do
    contain "memory.oom.group=$together memory.max=600M memory.swap.max=0" rw <<X
[tsinit]
exit_policy=all
$report
[program:eater]
$eater
memory_max=40MB
[program:calm]
command=$waiting"
startsecs=0
autorestart=false
X
    look "oom.group=$together of the container: its own limit ends the eater, and the log says why" 'exited: eater \(terminated by SIGKILL \(out of memory\)'
    look "oom.group=$together of the container: the others live on" '^calm +\| calm$'
    if grep -q '"name":"eater".*"signal":9.*"outOfMemory":true' "$work/report"; then ok "oom.group=$together: the exit report names it"; else bad "report: $(cat "$work/report")"; fi
done

contain 'memory.swap.max=0' rw <<X
[tsinit]
exit_policy=all
[program:parent]
command=sh -c 'tail /dev/zero; sleep 2; echo survived'
startsecs=0
autorestart=false
memory_max=40MB
X
look 'a child that is killed is told, too' 'out of memory: the kernel has killed a process of parent'
look 'and its parent lives on' '^parent +\| survived$'

contain "memory.oom.group=0 memory.max=200M memory.swap.max=0" rw <<X
[tsinit]
exit_policy=all
$report
[program:eater]
$eater
oom_score_adj=500
[program:calm]
command=$waiting"
startsecs=0
autorestart=false
X
look 'the limit of the container alone: the eater is named' 'exited: eater \(terminated by SIGKILL \(out of memory\)'
look 'the limit of the container alone: the others live on' '^calm +\| calm$'

contain "memory.oom.group=1 memory.max=200M memory.swap.max=0" rw <<X
[program:eater]
$eater
X
if [ "$code" = 0 ]; then bad 'oom.group=1 and the limit of the container: ended with 0'; else never 'oom.group=1 and the limit of the container: all of it is killed, nobody is left to tell' 'exited: eater'; fi

contain '' rw <<X
[tsinit]
exit_policy=all
[program:shown]
command=sh -c 'cd /sys/fs/cgroup\$(sed -n s/^0:://p /proc/self/cgroup); echo in \$(basename \$PWD); for f in memory.max cpu.max pids.max; do echo \$f \$(cat \$f); done'
startsecs=0
autorestart=false
memory_max=64MB
cpu_max=150
pids_max=30
[program:many]
command=sh -c 'i=0; while [ \$i -lt 20 ]; do sleep 5 & i=\$((i+1)); done'
startsecs=0
autorestart=false
pids_max=5
[program:plain]
command=sh -c 'sed -n s/^0::/at./p /proc/self/cgroup'
startsecs=0
autorestart=false
depends_on=shown:completed?
X
look 'a group of its own, named for the program' '^shown +\| in tsinit-shown$'
look 'memory_max' '^shown +\| memory.max 67108864$'
look 'cpu_max' '^shown +\| cpu.max 150000 100000$'
look 'pids_max' '^shown +\| pids.max 30$'
look 'pids_max is kept to' 'many +\| .*(fork|Resource temporarily unavailable)'
look 'who has no limit is beside them' '^plain +\| at\./tsinit$'

contain '' rw <<X
[tsinit]
exit_policy=all
$report
[program:eater]
command=sh -c 'echo up; until [ -e $work/go ]; do sleep 0.1; done; exec tail /dev/zero'
startsecs=0
autorestart=false
memory_max=40MB
memory_limit=30MB
memory_limit_action=event
[program:killer]
command=sh -c 'kill -KILL \$(cat /proc/1/task/1/children | cut -d" " -f1); sleep 2; touch $work/go'
startsecs=0
autorestart=false
X
look 'a successor of the supervisor knows it, too' 'exited: eater \(terminated by SIGKILL \(out of memory\)'

contain '' rw <<X
[unix_http_server]
file=$work/ctl.sock
[program:parent]
command=sh -c 'setsid sleep 4321 & wait'
startsecs=0
pids_max=30
[program:operator]
command=sh -c 'cd /sys/fs/cgroup/tsinit-parent; until [ -S $work/ctl.sock ] && [ \$(wc -l <cgroup.procs) -ge 2 ]; do sleep 0.1; done; "$tsinit" ctl -s unix://$work/ctl.sock stop parent; cd /; until rmdir /sys/fs/cgroup/tsinit-parent 2>/dev/null || [ ! -d /sys/fs/cgroup/tsinit-parent ]; do sleep 0.1; done; grep -l sleep.432[1] /proc/[0-9]*/cmdline || echo nobody left; "$tsinit" ctl -s unix://$work/ctl.sock shutdown'
startsecs=0
autorestart=false
X
look 'a stop ends what has left the process group, too' '^operator +\| nobody left$'

contain '' ro <<X
[tsinit]
exit_policy=all
[program:wanting]
command=echo never
startretries=0
memory_max=64MB
X
look 'read-only: said in one line, with what to do about it' 'not started: wanting: cannot keep it to memory_max: /sys/fs/cgroup is not writable in this container; start it with docker run'
never 'read-only: not started without its limit' '^wanting'

# in_engine WORDS...: the same in a container of the engine
in_engine() { "$engine" run --rm --network none -v "$tsinit:/tsinit:ro" -v "$work:/work" "$@" --entrypoint /tsinit "$image" -c /work/c.conf >"$work/log" 2>&1; }
if [ -n "$engine" ]; then
    cat >"$work/c.conf" <<X
[tsinit]
exit_policy=all
exit_report=/work/report
[program:eater]
$eater
startretries=0
memory_max=40MB
X
    in_engine
    look "$engine as it comes: refused with what to do" 'cannot keep it to memory_max: /sys/fs/cgroup is not writable'
    case $engine in docker) more=--privileged ;; *) more=--security-opt=unmask=/sys/fs/cgroup ;; esac
    in_engine "$more"
    look "$engine $more: the eater is ended and named" 'exited: eater \(terminated by SIGKILL \(out of memory\)'
    printf '[program:web]\ncommand=sleep 1000\nmemory_max=40MB\n' >"$work/c.conf"
    "$engine" run -d --name "tsinit-test-$$" --network none -v "$tsinit:/tsinit:ro" -v "$work:/work" "$more" --entrypoint /tsinit "$image" -c /work/c.conf >"$work/log" 2>&1
    until "$engine" logs "tsinit-test-$$" 2>&1 | grep -Eq 'running: |not started'; do sleep 0.5; done
    "$engine" exec "tsinit-test-$$" sh -c 'echo executed; cat /proc/self/cgroup' >"$work/log" 2>&1
    look "$engine exec goes on working when the container's group is divided" '^executed$'
    "$engine" rm -f "tsinit-test-$$" >/dev/null 2>&1
    printf '[program:eater]\n%s\noom_score_adj=500\n[tsinit]\nexit_policy=all\nexit_report=/work/report\n' "$eater" >"$work/c.conf"
    in_engine --memory 200m --memory-swap 200m
    look "$engine --memory: the eater is named" 'exited: eater \(terminated by SIGKILL \(out of memory\)'
    if grep -q '"outOfMemory":true.*"outOfMemory":true' "$work/report"; then ok "$engine --memory: the exit report names it"; else bad "report: $(cat "$work/report")"; fi
fi
exit $failed
