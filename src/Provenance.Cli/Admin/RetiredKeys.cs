using Provenance.Chain.Ethereum;
using Provenance.Chain.Keys;
using Provenance.Core.Ethereum;

namespace Provenance.Cli.Admin;

/// <summary>Keys that were exchanged: a person destroys them once the new ones are seen to work.</summary>
internal static class RetiredKeys
{
    private const string Folder = "retired-keys";

    /// <summary>The old file is copied aside before the new one takes its name, so at every moment there is a key of that name.</summary>
    public static void Exchange(AdminSession session, string name, LocalKey next)
    {
        var file = Path.Combine(session.Data, name);
        if (File.Exists(file))
        {
            using var old = session.Key(name);
            if (old.Address != next.Address)
            {
                File.Copy(file, Aside(session, name, old.Address), overwrite: true);
            }
        }
        KeyFile.Replace(file, next, session.PassphraseFile);
        File.Delete(Path.Combine(session.Data, "next-" + name));
        Console.Error.WriteLine($"What {name} held before lies in {Path.Combine(session.Data, Folder)}: destroy it once the new one is seen to work.");
    }

    /// <summary>No key of that name is needed any more.</summary>
    public static void Retire(AdminSession session, string name, Address account)
    {
        var file = Path.Combine(session.Data, name);
        if (File.Exists(file))
        {
            File.Move(file, Aside(session, name, account), overwrite: true);
            Console.Error.WriteLine($"{name} lies in {Path.Combine(session.Data, Folder)} now: destroy it once the signer is seen to sign.");
        }
    }

    private static string Aside(AdminSession session, string name, Address account)
    {
        var folder = Path.Combine(session.Data, Folder, account.ToString());
        DurableFile.MakeDirectory(folder);
        return Path.Combine(folder, name);
    }
}
