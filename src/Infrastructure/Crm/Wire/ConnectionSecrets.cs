using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace LeadGen.Infrastructure.Crm.Wire;

/// <summary>
/// The secrets of a connection as they are now. A vendor that gives out refresh tokens for one use makes those that the connection
/// was opened with worthless at the first renewal; so what was renewed is remembered for as long as the connection lives, and other
/// connections of this process that were opened with the same worthless token are given the same answer.
/// </summary>
internal sealed class ConnectionSecrets
{
    /// <summary>What a token was had with, so that it is not used after a person entered other credentials.</summary>
    private const string TokenOf = "tokenOf";

    private static readonly ConditionalWeakTable<CrmConnection, ConnectionSecrets> Known = [];
    private static readonly ConcurrentDictionary<Guid, Renewals> Last = new();
    private readonly CrmConnection connection;
    private IReadOnlyDictionary<string, string> values;

    private ConnectionSecrets(CrmConnection connection)
    {
        this.connection = connection;
        values = connection.Secrets;
    }

    private sealed class Renewals
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public string? With { get; set; }

        public IReadOnlyDictionary<string, string> Got { get; set; } = new Dictionary<string, string>();

        /// <summary>False while the database could not be written: the next one who needs the token tries again.</summary>
        public bool IsStored { get; set; }
    }

    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 && (name is not ("token" or "instanceUrl" or "apiDomain") || IsOurs) ? value : null;

    /// <summary>The secret of the app that a refresh token was given to.</summary>
    public string? AppSecret => this["appSecret"] ?? this["clientSecret"];

    private bool IsOurs => !values.TryGetValue(TokenOf, out var of) || of == Origin(values);

    public static ConnectionSecrets Of(CrmConnection connection) => Known.GetValue(connection, static c => new ConnectionSecrets(c));

    /// <summary>Renews the token unless somebody else has done so meanwhile, and stores what came.</summary>
    /// <param name="stale">The token that was refused.</param>
    /// <param name="renew">Asks the vendor.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RenewAsync(string? stale, Func<Task<Dictionary<string, string>>> renew, CancellationToken cancellationToken)
    {
        var last = Last.GetOrAdd(connection.IntegrationId, static _ => new Renewals());
        await last.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (this["token"] != stale)
            {
                return; // another call of this connection was first
            }

            var with = Origin(values);
            if (last.With == with && last.Got.GetValueOrDefault("token") != stale)
            {
                values = With(last.Got); // another connection was first
            }
            else if (await IsRenewedElsewhereAsync(stale, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
            else
            {
                Dictionary<string, string> got;
                try
                {
                    got = await renew().ConfigureAwait(false);
                }
                catch (CrmException refused) when (refused.Trouble == CrmTrouble.Refused)
                {
                    // Another process may have been first by a moment, and its answer stored by now.
                    if (await IsRenewedElsewhereAsync(stale, cancellationToken).ConfigureAwait(false))
                    {
                        return;
                    }

                    throw;
                }

                got[TokenOf] = Origin(With(got));
                values = With(got);
                (last.With, last.Got, last.IsStored) = (with, got, false);
            }

            if (!last.IsStored)
            {
                // What the vendor gave may be all that still counts: whoever waited for it and left must not keep it from being stored.
                await connection.KeepAsync(last.Got, CancellationToken.None).ConfigureAwait(false);
                last.IsStored = true;
            }
        }
        finally
        {
            last.Gate.Release();
        }
    }

    /// <summary>Takes over what another process stored since this connection was opened.</summary>
    private async Task<bool> IsRenewedElsewhereAsync(string? stale, CancellationToken cancellationToken)
    {
        if (Last.TryGetValue(connection.IntegrationId, out var last) && last is { With: not null, IsStored: false })
        {
            return false; // what is stored is older than what we have
        }

        if (await connection.StoredAsync(cancellationToken).ConfigureAwait(false) is not { } stored || stored.GetValueOrDefault("token") is not { Length: > 0 } token || token == stale)
        {
            return false;
        }

        values = stored;
        return this["token"] == token;
    }

    private Dictionary<string, string> With(IReadOnlyDictionary<string, string> renewed)
    {
        var all = new Dictionary<string, string>(values);
        foreach (var (name, value) in renewed)
        {
            all[name] = value;
        }

        return all;
    }

    private string Origin(IReadOnlyDictionary<string, string> secrets) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n',
        connection.Settings.BaseUrl,
        connection.Settings.ClientId,
        connection.Settings.UserName,
        secrets.GetValueOrDefault("privateKey"),
        secrets.GetValueOrDefault("refreshToken")))));
}
