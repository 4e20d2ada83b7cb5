#!/bin/sh
# Stands where the init is until dpkg has configured the packages that were only unpacked; then starts it.
init=@INIT@
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root LC_ALL=C.UTF-8
export DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true UCF_FORCE_CONFFOLD=1

there() { grep -q " $1 " /proc/self/mounts 2>/dev/null; }
there /proc || mount -t proc proc /proc
there /sys || mount -t sysfs sysfs /sys
there /dev || mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts
there /dev/pts || mount -t devpts devpts /dev/pts
there /run || mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs /run
# By its name in fstab the root could not be found without udev.
mount -o remount,rw none / 2>/dev/null

# Nothing is started meanwhile.
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 0755 /usr/sbin/policy-rc.d
echo "configuring packages: this is done once"
tries=0
until dpkg --force-confold --force-confdef --configure -a </dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 3 ] || break
done
rm -f /usr/sbin/policy-rc.d
if [ "$tries" -lt 3 ]; then
  ln -sf "$init" /usr/sbin/init
else
  echo "some packages could not be configured: tried again at the next boot"
fi
sync
exec "$init" "$@"
