using Provenance.Chain.Ethereum;

namespace Provenance.Server.Storage;

/// <summary>A private key in a file of mode 600 in the data directory: 64 hex digits, made when it is not there.</summary>
internal static class KeyFile
{
    public static LocalKey ReadOrMake(string file)
    {
        if (File.Exists(file))
        {
            return LocalKey.Parse(File.ReadAllText(file).Trim());
        }
        var key = LocalKey.Create();
        DurableFile.Write(file, Convert.ToHexStringLower(key.Export()) + "\n");
        return key;
    }
}
