using System.ComponentModel;
using System.Globalization;

namespace RagPy.LocalServices.Postgres;

/// <summary>The account under which PostgreSQL runs. PostgreSQL refuses root, so root lends it another one.</summary>
/// <param name="User">Numeric user id.</param>
/// <param name="Group">Numeric group id.</param>
/// <param name="IsOther">True when it is not the account of this process.</param>
internal sealed record PostgresAccount(uint User, uint Group, bool IsOther)
{
    private const string Root = "root";

    /// <summary>Chooses the account: ours, unless we are root; then that of the data directory's owner when there is one, else the named one.</summary>
    /// <exception cref="LocalServicesException">There is no such account, or the system lacks the programs to switch to it.</exception>
    public static async Task<PostgresAccount> ChooseAsync(string name, string dataDirectory, CancellationToken cancellationToken)
    {
        var self = NativeMethods.EffectiveUser();

        if (self != 0)
        {
            return await LookUpAsync(self.ToString(CultureInfo.InvariantCulture), cancellationToken) is { } own
                ? own with
                {
                    IsOther = false,
                }
                : throw new LocalServicesException(
                    $"PostgreSQL cannot run as user {self}, which has no entry in /etc/passwd; add one, or give a database in DATABASE_URL."
                );
        }

        var owner = Directory.Exists(dataDirectory) ? await OwnerAsync(dataDirectory, cancellationToken) : null;
        var account = await LookUpAsync(owner is null or Root ? name : owner, cancellationToken);

        return account is { User: > 0 }
            ? account
            : throw new LocalServicesException(
                $"PostgreSQL refuses to run as root and there is no unprivileged user '{owner ?? name}'; name one in RAGPY_POSTGRES_USER, or give a database in DATABASE_URL."
            );
    }

    /// <summary>
    /// Puts <c>setpriv</c> before a command: the account, no way back to privileges, and — for a server — SIGQUIT at the death of the thread that starts it,
    /// on which PostgreSQL stops at once and recovers at the next start.
    /// </summary>
    public IReadOnlyList<string> Wrap(IReadOnlyList<string> command, bool diesWithParent)
    {
        List<string> wrapped = ["setpriv", "--no-new-privs"];

        if (IsOther)
        {
            wrapped.AddRange([$"--reuid={User}", $"--regid={Group}", "--clear-groups"]);
        }

        if (diesWithParent)
        {
            wrapped.AddRange(["--pdeathsig", "QUIT"]);
        }

        return [.. wrapped, "--", .. command];
    }

    /// <summary>Whether the account may enter and read a directory, asked of the kernel rather than computed from modes.</summary>
    public async Task<bool> CanEnterAsync(string directory, CancellationToken cancellationToken) =>
        !IsOther
        || (await Command.RunAsync(Wrap(["test", "-x", directory, "-a", "-r", directory], false), "/", null, cancellationToken)).ExitCode
            == 0;

    /// <summary>Hands a file or directory to the account.</summary>
    public void TakeOver(string path)
    {
        if (IsOther && NativeMethods.ChangeOwner(path, User, Group) != 0)
        {
            throw new LocalServicesException(
                $"{path} cannot be given to the user that runs PostgreSQL ({new Win32Exception().Message}); give a database in DATABASE_URL."
            );
        }
    }

    private static async Task<PostgresAccount?> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            // name:password:uid:gid:…; asks the same sources as PostgreSQL will (files, LDAP, …).
            var outcome = await Command.RunAsync(["getent", "passwd", name], "/", null, cancellationToken);
            var fields = outcome.Output.Split(':');

            return outcome.ExitCode == 0 && fields.Length > 3
                ? new PostgresAccount(
                    uint.Parse(fields[2], CultureInfo.InvariantCulture),
                    uint.Parse(fields[3], CultureInfo.InvariantCulture),
                    IsOther: true
                )
                : null;
        }
        catch (Win32Exception e)
        {
            throw new LocalServicesException(
                "The program 'getent' is missing; install glibc's tools, or give a database in DATABASE_URL.",
                e
            );
        }
    }

    private static async Task<string?> OwnerAsync(string path, CancellationToken cancellationToken)
    {
        var outcome = await Command.RunAsync(["stat", "--dereference", "--format=%U", path], "/", null, cancellationToken);

        return outcome.ExitCode == 0 ? outcome.Output.Trim() : null;
    }
}
