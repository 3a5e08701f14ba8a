using RagPy.Hosting.Publishing.Text;

namespace RagPy.Hosting.Publishing.Compose;

/// <summary>Writes the script that makes what the Compose file names and what nobody can publish: secrets and a certificate.</summary>
internal static class PrepareScript
{
    public const string Name = "prepare.sh";

    /// <summary>Folder of the secrets, beside the Compose file.</summary>
    public const string Folder = "secrets";

    public static string Write(IReadOnlyList<TextPart.Secret> secrets)
    {
        var required = string.Join(' ', secrets.Where(secret => secret.IsRequired).Select(secret => secret.Name));
        var optional = string.Join(' ', secrets.Where(secret => !secret.IsRequired).Select(secret => secret.Name));

        return $$"""
            #!/bin/sh
            # Published from RagPy.AppHost/Program.cs; do not edit.
            # Makes .env, the files in secrets/ and a certificate, where they are missing. It may be run again at any time: what is there stays, unless .env says otherwise.
            set -eu
            cd "$(dirname "$0")"

            [ -e .env ] || (umask 077; cp .env.example .env)
            # Nobody else passes through the folder; what is in it is read by the services' own users.
            umask 022
            mkdir -p {{Folder}}/tls
            chmod 700 {{Folder}}

            given() {
              sed -n "s/^$(printf %s "$1" | tr 'a-z-' 'A-Z_')=//p" .env | tail -n 1
            }

            write() {
              case $2 in
                *[!A-Za-z0-9._~-]*) echo "$1: only letters, digits and -_.~ are allowed; change it in .env" >&2; exit 1 ;;
              esac
              printf %s "$2" > "{{Folder}}/$1"
            }

            for name in {{required}}; do
              value=$(given "$name")
              if [ -n "$value" ]; then
                write "$name" "$value"
              elif [ ! -s "{{Folder}}/$name" ]; then
                write "$name" "$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')"
                echo "{{Folder}}/$name: made by chance"
              fi
            done

            for name in {{optional}}; do
              write "$name" "$(given "$name")"
            done

            if [ ! -s {{Folder}}/tls/tls.crt ]; then
              openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj /CN=localhost \
                -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout {{Folder}}/tls/tls.key -out {{Folder}}/tls/tls.crt 2>/dev/null
              chmod 644 {{Folder}}/tls/tls.key
              echo "{{Folder}}/tls: certificate for localhost that signs itself; put yours there as tls.crt and tls.key"
            fi

            echo "The access token is in {{Folder}}/ragpy-access-token."

            """;
    }
}
