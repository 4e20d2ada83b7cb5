;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; The X server.

(define-module (tintype services x-server)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module ((gnu packages xorg)
                #:select (font-adobe75dpi font-alias font-misc-misc
                          xf86-input-evdev xf86-input-libinput
                          xf86-input-mouse xf86-video-amdgpu xf86-video-ati
                          xf86-video-cirrus xf86-video-fbdev xf86-video-intel
                          xf86-video-mach64 xf86-video-nouveau xf86-video-nv
                          xf86-video-sis xf86-video-vesa xorg-server))
  #:use-module (ice-9 match)
  #:export (xorg-configuration
            xorg-configuration?
            xorg-configuration-modules
            xorg-configuration-fonts
            xorg-configuration-drivers
            xorg-configuration-resolutions
            xorg-configuration-keyboard-layout
            xorg-configuration-extra-config
            xorg-configuration-server
            xorg-configuration-server-arguments
            %default-xorg-modules
            %default-xorg-fonts
            %default-xorg-server-arguments

            last-one))

(define %default-xorg-modules
  (list xf86-video-vesa xf86-video-fbdev xf86-video-amdgpu xf86-video-ati
        xf86-video-cirrus xf86-video-intel xf86-video-mach64
        xf86-video-nouveau xf86-video-nv xf86-video-sis
        xf86-input-libinput xf86-input-evdev xf86-input-mouse))

(define %default-xorg-fonts
  (append (map (lambda (directory)
                 (file-append font-alias "/share/fonts/X11/" directory))
               '("75dpi" "100dpi" "misc" "cyrillic"))
          (list (file-append font-misc-misc "/share/fonts/X11/misc")
                (file-append font-adobe75dpi "/share/fonts/X11/75dpi"))))

;; X11's own protocol is not encrypted.
(define %default-xorg-server-arguments
  '("-nolisten" "tcp"))

(define-record-type* <xorg-configuration>
  xorg-configuration make-xorg-configuration
  xorg-configuration?
  (modules          xorg-configuration-modules
                    (thunked)
                    (default %default-xorg-modules))
  (fonts            xorg-configuration-fonts
                    (default %default-xorg-fonts))
  (drivers          xorg-configuration-drivers
                    (default '()))
  (resolutions      xorg-configuration-resolutions ;((WIDTH HEIGHT) ...)
                    (default '()))
  (keyboard-layout  xorg-configuration-keyboard-layout
                    (default #f))
  (extra-config     xorg-configuration-extra-config ;list of strings
                    (default '()))
  (server           xorg-configuration-server
                    (default xorg-server))
  (server-arguments xorg-configuration-server-arguments
                    (default %default-xorg-server-arguments)))

(define (last-one configurations)
  "Return the configuration that counts of CONFIGURATIONS, or #f."
  (match configurations
    (() #f)
    ((configuration . _) configuration)))
