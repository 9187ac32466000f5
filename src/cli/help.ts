/** Texts below the generated help of each command. */

export const program = `
Exit codes:
  0  done
  1  what was asked for does not hold (--fail-on, packs lint, packs test)
  2  wrong usage, or a source that can't be read

Examples:
  berthwatch scan image.tar
  berthwatch scan registry:example/web:1.0 --format json
  berthwatch help scan`;

export const scan = `
Sources:
  docker-archive:FILE   what "docker save" writes, plain or gzip
  oci-archive:FILE      an OCI image layout in a tar archive
  oci-dir:FOLDER        an OCI image layout
  dir:FOLDER            an unpacked root file system
  docker:IMAGE          an image of the local Docker or Podman engine
  registry:IMAGE        an image of a registry
  A bare path or image name is recognised. FILE:NAME and FOLDER:NAME choose one
  of several images.

With several sources each is shown (JSON: an array). One that can't be read is
reported; the others are shown all the same, and the exit code is 2.

Examples:
  berthwatch scan image.tar
      what will listen, and the line that says so
  berthwatch scan image.tar --env PORT=8081 --explain 8081
      the same as if started with this variable, and why port 8081
  berthwatch scan image.tar -- server --port 9000
      the same as if started with this command instead of CMD
  berthwatch scan image.tar --fail-on medium,not-exposed --format sarif
      for CI: findings for code scanning, and exit code 1 when there are such
  berthwatch scan dir:/srv/rootfs --entrypoint /usr/sbin/server
      a folder does not say what it runs
  berthwatch scan one.tar two.tar --format json --output profiles.json`;

export const diff = `
The options of a start (--env, --entrypoint, -- ARGS…) hold for both sides.
profile:FILE is what "berthwatch scan --format json" wrote: a baseline to keep.

Examples:
  berthwatch diff old.tar new.tar
      what listens and connects differently, and the lines that changed it
  berthwatch diff profile:baseline.json new.tar --exit-code
      for CI: exit code 1 when something changed
  berthwatch diff old.tar new.tar --format markdown --output comment.md
      for a comment on a pull request`;

export const exporting = `
Forms:
  network-policy   Kubernetes: in, what listens; out, what it connects to
  compose          a Compose service with expose and ports
  cyclonedx        CycloneDX 1.6 services (JSON)
What could not be known is told in comments, for JSON on standard error. Look
at the result before you use it.

Examples:
  berthwatch export image.tar --as network-policy --name web | kubectl apply -f -
  berthwatch export image.tar --as compose --output compose.yaml
  berthwatch export profile:baseline.json --as cyclonedx`;

export const packs = `
Examples:
  berthwatch packs list
  berthwatch packs lint my-packs
  berthwatch packs test my-packs`;

export const packsList = `
Examples:
  berthwatch packs list
  berthwatch packs list --packs my-packs --json`;

export const packsLint = `
Exit code 1 when something is wrong; warnings alone are 0.

Examples:
  berthwatch packs lint
  berthwatch packs lint my-packs/example`;

export const packsTest = `
Exit code 1 when a case fails, whether there are statements that no case
reaches or not.

Examples:
  berthwatch packs test
  berthwatch packs test my-packs --unreached
  berthwatch packs test my-packs/example`;

export const listeners = `
As root it sees all of the host. Otherwise it sees who holds a socket only where
that is a process of the same user, and says what is missing.

Examples:
  berthwatch listeners
      every socket: whose it is, and the line of config that asks for it
  berthwatch listeners --format json
      the same for a program`;

export const doctor = `
Exit code 1 when something keeps watch from working.

Examples:
  berthwatch doctor
  sudo berthwatch doctor --json`;

export const watch = `
It ends on Ctrl-C or SIGTERM. On a terminal it shows all sockets and what was
told last. Elsewhere one line is written for each verdict that was not expected,
with --format json as a record. docs/defender.md explains the configuration.

Examples:
  berthwatch watch
      tell of what opens and should not
  berthwatch watch --format json >> audits.jsonl
      the same as records
  berthwatch watch --once
      the present state`;

export const packsNew = `
Examples:
  berthwatch packs new my-server my-packs
      my-packs/my-server, to be filled; CONTRIBUTING.md walks through it`;
