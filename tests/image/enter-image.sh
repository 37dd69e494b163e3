#!/bin/sh
# enter-image.sh ROOT USER FOLDER NAME=VALUE… COMMAND…
# Run by `unshare --mount --pid`, becomes the command of an image as process 1: its root read-only but for /tmp, its user and
# environment. The network is the machine's own.
set -eu
root=$1 user=$2 folder=$3
shift 3
mount --bind "$root" "$root"
mount --types proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --types tmpfs --options mode=1777 tmpfs "$root/tmp"
mount --options remount,ro,bind "$root"
exec chroot --userspec="$user" "$root" /usr/bin/env --ignore-environment --chdir="$folder" "$@"
