;;; SPDX-License-Identifier: GPL-3.0-or-later
;;;
;;; What fills the directories of partitions, for build-side code.

(define-module (gnu build image)
  #:use-module (tintype host)
  #:export (initialize-root-partition
            initialize-efi-partition
            initialize-efi32-partition))

(define* (initialize-root-partition root
                                    #:key make-device-nodes
                                    #:allow-other-keys)
  "Put the whole root file system of the image's operating system into ROOT, then
call MAKE-DEVICE-NODES, if it is given, with ROOT."
  (stage-tree 'initialize-root-partition root)
  (when make-device-nodes
    (make-device-nodes root)))

(define* (initialize-efi-partition root #:key #:allow-other-keys)
  "Put the boot programs for 64-bit firmware into ROOT."
  (stage-tree 'initialize-efi-partition root))

(define* (initialize-efi32-partition root #:key #:allow-other-keys)
  "Put the boot programs for 32-bit firmware into ROOT."
  (stage-tree 'initialize-efi32-partition root))
