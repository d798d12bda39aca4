using Dapper;
using Microsoft.Data.Sqlite;
using Provenance.Chain.Ethereum;
using Provenance.Core;
using Provenance.Core.Ethereum;

namespace Provenance.Server.Anchoring;

/// <summary>The transactions signed for the writes of the queue. There is no other nonce counter, and none is ever deleted.</summary>
/// <remarks>Nonce, bytes and hash are committed before the bytes are first sent: whatever happens after, their receipt can be looked for.</remarks>
internal static class ChainTransactions
{
    private const string Columns =
        """
        SELECT hash, chain_write AS ChainWrite, chain_id AS ChainId, nonce, raw, gas_limit AS GasLimit, max_fee AS MaxFee, tip, signed_at AS SignedAt, account
        FROM chain_transaction
        """;

    public static void Add(SqliteConnection connection, ChainTransaction transaction) => connection.Execute(
        """
        INSERT INTO chain_transaction(hash, chain_write, chain_id, nonce, raw, gas_limit, max_fee, tip, signed_at, account)
        VALUES (@Hash, @ChainWrite, @ChainId, @Nonce, @Raw, @GasLimit, @MaxFee, @Tip, @SignedAt, @Account)
        ON CONFLICT(hash) DO UPDATE SET signed_at = excluded.signed_at
        """, transaction);

    /// <summary>Those of a write on this chain, newest first.</summary>
    public static List<ChainTransaction> Of(SqliteConnection connection, long write, ulong chainId) => connection.Query<ChainTransaction>(
        $"{Columns} WHERE chain_write = @write AND chain_id = @chainId ORDER BY signed_at DESC, max_fee DESC", new { write, chainId = (long)chainId }).AsList();

    /// <summary>The newest of each nonce in a range: what has to be sent again when nodes dropped them, or the nonces after them would wait for ever.</summary>
    public static List<ChainTransaction> Between(SqliteConnection connection, ulong chainId, Address account, ulong from, ulong to) => connection.Query<ChainTransaction>(
        $"{Columns} WHERE chain_id = @chainId AND account = @account AND nonce >= @from AND nonce < @to ORDER BY nonce, signed_at, max_fee",
        new { chainId = (long)chainId, account = account.ToArray(), from = (long)from, to = (long)to }).GroupBy(t => t.Nonce).Select(g => g.Last()).ToList();

    /// <summary>The nonce after the highest that one of our final writes used; 0 before the first.</summary>
    public static ulong NextNonce(SqliteConnection connection, ulong chainId, Address account) => (ulong)connection.ExecuteScalar<long>(
        """
        SELECT coalesce(max(nonce) + 1, 0) FROM chain_transaction t JOIN chain_write w ON w.mined_hash = t.hash
        WHERE t.chain_id = @chainId AND t.account = @account AND w.state = 'final'
        """, new { chainId = (long)chainId, account = account.ToArray() });

    /// <summary>Those of before accounts were written down are of the account that writes when the ledger is first opened by this version.</summary>
    public static int Claim(SqliteConnection connection, Address account) =>
        connection.Execute("UPDATE chain_transaction SET account = @account WHERE account IS NULL", new { account = account.ToArray() });
}

/// <summary>A signed transaction as it is stored.</summary>
/// <param name="MaxFee">Wei a unit of gas.</param>
/// <param name="Tip">Null in a legacy transaction.</param>
/// <param name="SignedAt">Milliseconds since 1970.</param>
internal sealed record ChainTransaction(byte[] Hash, long ChainWrite, long ChainId, long Nonce, byte[] Raw, long GasLimit, long MaxFee, long? Tip, long SignedAt, byte[] Account)
{
    public static ChainTransaction Of(long write, Transaction transaction, SignedTransaction signed, Address account, DateTimeOffset now)
    {
        var (maxFee, tip) = transaction.Fees switch
        {
            Fees.Eip1559 fees => ((long)fees.MaxFeePerGas, (long?)(long)fees.MaxPriorityFeePerGas),
            Fees.Legacy fees => ((long)fees.GasPrice, null),
            _ => throw new InvalidOperationException(),
        };
        return new ChainTransaction(
            signed.Hash.ToArray(), write, (long)transaction.ChainId, (long)transaction.Nonce, signed.Raw.ToArray(), (long)transaction.GasLimit, maxFee, tip, now.ToUnixTimeMilliseconds(), account.ToArray());
    }

    public SignedTransaction Signed => new(Raw, new Digest(Hash));

    public Fees Fees => Tip is { } tip ? new Fees.Eip1559((UInt128)MaxFee, (UInt128)tip) : new Fees.Legacy((UInt128)MaxFee);

    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(SignedAt);
}
