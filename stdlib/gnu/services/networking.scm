;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Networks: addresses, radio, time, and what is let through.

(define-module (gnu services networking)
  #:use-module (tintype services dhcp)
  #:use-module (tintype services firewall)
  #:use-module (tintype services time)
  #:use-module (tintype services wireless)
  #:use-module (gnu services base)
  #:re-export (static-networking-service
               static-networking-service-type

               dhcpcd-configuration
               dhcpcd-configuration?
               dhcpcd-configuration-interfaces
               dhcpcd-configuration-command-arguments
               dhcpcd-configuration-host-name
               dhcpcd-configuration-duid
               dhcpcd-configuration-persistent?
               dhcpcd-configuration-option
               dhcpcd-configuration-require
               dhcpcd-configuration-slaac
               dhcpcd-configuration-no-option
               dhcpcd-configuration-no-hook
               dhcpcd-configuration-static
               dhcpcd-configuration-vendor-class-id
               dhcpcd-configuration-client-id
               dhcpcd-configuration-extra-content
               dhcpcd-configuration-shepherd-provision
               dhcpcd-configuration-shepherd-requirement
               dhcpcd-service-type
               dhcp-client-configuration
               dhcp-client-configuration?
               dhcp-client-configuration-package
               dhcp-client-configuration-interfaces
               dhcp-client-configuration-config-file
               dhcp-client-configuration-shepherd-provision
               dhcp-client-configuration-shepherd-requirement
               dhcp-client-configuration-version
               dhcp-client-service-type
               dhcpd-configuration
               dhcpd-configuration?
               dhcpd-configuration-package
               dhcpd-configuration-config-file
               dhcpd-configuration-version
               dhcpd-configuration-run-directory
               dhcpd-configuration-lease-file
               dhcpd-configuration-pid-file
               dhcpd-configuration-interfaces
               dhcpd-service-type

               iptables-configuration
               iptables-configuration?
               iptables-configuration-iptables
               iptables-configuration-ipv4-rules
               iptables-configuration-ipv6-rules
               iptables-service-type
               %default-nftables-ruleset
               nftables-configuration
               nftables-configuration?
               nftables-configuration-package
               nftables-configuration-debug-levels
               nftables-configuration-ruleset
               nftables-service-type

               %ntp-servers
               ntp-server
               ntp-server?
               ntp-server-type
               ntp-server-address
               ntp-server-options
               ntp-configuration
               ntp-configuration?
               ntp-configuration-ntp
               ntp-configuration-servers
               ntp-allow-large-adjustment?
               ntp-service-type
               %openntpd-servers
               openntpd-configuration
               openntpd-configuration?
               openntpd-service-type

               wpa-supplicant-configuration
               wpa-supplicant-configuration?
               wpa-supplicant-configuration-wpa-supplicant
               wpa-supplicant-configuration-requirement
               wpa-supplicant-configuration-pid-file
               wpa-supplicant-configuration-dbus?
               wpa-supplicant-configuration-interface
               wpa-supplicant-configuration-config-file
               wpa-supplicant-configuration-extra-options
               wpa-supplicant-configuration-shepherd-provision
               wpa-supplicant-configuration-shepherd-requirement
               wpa-supplicant-service-type
               hostapd-configuration
               hostapd-configuration?
               hostapd-configuration-package
               hostapd-configuration-interface
               hostapd-configuration-ssid
               hostapd-configuration-broadcast-ssid?
               hostapd-configuration-channel
               hostapd-configuration-driver
               hostapd-service-type
               network-manager-configuration
               network-manager-configuration?
               network-manager-configuration-shepherd-requirement
               network-manager-configuration-dns
               network-manager-configuration-vpn-plugins
               network-manager-service-type
               modem-manager-configuration
               modem-manager-configuration?
               modem-manager-service-type
               usb-modeswitch-configuration
               usb-modeswitch-configuration?
               usb-modeswitch-configuration-usb-modeswitch
               usb-modeswitch-configuration-usb-modeswitch-data
               usb-modeswitch-service-type))
