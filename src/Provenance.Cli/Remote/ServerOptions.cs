using System.CommandLine;
using System.Net.Http.Headers;

namespace Provenance.Cli.Remote;

/// <summary>Which server a command speaks to, and with whose key. A key never stands among the arguments: other users of the machine see those.</summary>
internal sealed class ServerOptions
{
    private const string KeyVariable = "PROVENANCE_KEY";

    public Option<string> Url { get; } = new("--url") { HelpName = "URL", Description = "The running server", DefaultValueFactory = _ => "http://127.0.0.1:5080" };

    public Option<FileInfo?> KeyFile { get; } = new("--key-file") { HelpName = "FILE", Description = $"A file with your key; else it is taken from the environment's {KeyVariable}" };

    /// <summary>A client for it.</summary>
    /// <exception cref="UsageException">The URL or the key is none.</exception>
    public HttpClient Open(ParseResult parsed)
    {
        var text = parsed.GetValue(Url)!;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            throw new UsageException($"--url is '{text}'; take an absolute http or https URL, without a key in it.");
        }
        var key = ReadKey(parsed.GetValue(KeyFile));
        if (key is not null && url is { Scheme: "http", IsLoopback: false })
        {
            Console.Error.WriteLine($"{url.Host} is asked by http: whoever sits in between reads your key.");
        }
        return Open(url, key);
    }

    /// <param name="key">Null to ask as the public.</param>
    public static HttpClient Open(Uri url, string? key)
    {
        // A redirect followed would go on without the key, and so answer what the public sees.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) }) { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("provenance", typeof(ServerOptions).Assembly.GetName().Version!.ToString(3)));
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        return client;
    }

    private static string? ReadKey(FileInfo? file)
    {
        if (file is null)
        {
            return Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } given ? Checked(given.Trim(), KeyVariable) : null;
        }
        return Checked(file.Exists ? File.ReadAllText(file.FullName).Trim() : throw new UsageException($"--key-file: there is no '{file}'."), $"--key-file {file}");
    }

    /// <summary>What can't stand in a header is no key; the message does not show it.</summary>
    private static string Checked(string key, string where) => key.Length > 0 && key.All(c => c is > ' ' and <= '~')
        ? key
        : throw new UsageException($"{where} holds no key: one line of letters and digits, as it was shown once.");
}
