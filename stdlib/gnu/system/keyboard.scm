;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; Keyboard layouts, named as XKB names them.

(define-module (gnu system keyboard)
  #:use-module (guix gexp)
  #:use-module (srfi srfi-9)
  #:export (keyboard-layout
            keyboard-layout?
            keyboard-layout-name
            keyboard-layout-variant
            keyboard-layout-model
            keyboard-layout-options
            keyboard-layout->console-keymap))

(define-record-type <keyboard-layout>
  (make-keyboard-layout name variant model options)
  keyboard-layout?
  (name    keyboard-layout-name)                  ;string
  (variant keyboard-layout-variant)               ;string | #f
  (model   keyboard-layout-model)                 ;string | #f
  (options keyboard-layout-options))              ;list of strings

(define* (keyboard-layout name #:optional variant
                          #:key model (options '()))
  "Return the keyboard layout NAME, such as \"fr\", in VARIANT, such as
\"bepo\"."
  (make-keyboard-layout name variant model options))

(define (keyboard-layout->console-keymap layout)
  "Return the console keymap of LAYOUT, a file."
  (computed-file (string-append "console-keymap."
                                (string-map (lambda (chr)
                                              (if (char=? chr #\,) #\- chr))
                                            (keyboard-layout-name layout)))
                 #~(console-keymap #$output
                                   #$(keyboard-layout-name layout)
                                   #$(keyboard-layout-variant layout)
                                   #$(keyboard-layout-model layout)
                                   '#$(keyboard-layout-options layout))))
