using System.Diagnostics;
using System.Globalization;

namespace Provenance.Chain.Embedded;

/// <summary>Anvil as a child process, which ends with this one however this one ends.</summary>
/// <remarks>
/// On Unix a shell stands between. It holds the reading end of a pipe whose writing end only we have, so our death, even by SIGKILL,
/// ends the read and then Anvil. (PDEATHSIG is no way: it fires when the .NET pool thread that started the child retires.)
/// Anvil gets a process group of its own where the shell allows it, so that Ctrl-C at the terminal reaches us alone and the last state
/// can still be taken. On Windows Anvil is started directly: there it outlives a killed server, on a port nobody else knows.
/// </remarks>
internal sealed class AnvilProcess : IAsyncDisposable
{
    private const string Watch = """
        exec 3<&0
        set -m 2>/dev/null
        "$@" </dev/null 3<&- &
        anvil=$!
        set +m 2>/dev/null
        trap 'kill $anvil 2>/dev/null' TERM
        trap '' INT HUP
        { read -r _ <&3; kill $anvil 2>/dev/null; } &
        reader=$!
        wait $anvil; code=$?
        kill $reader 2>/dev/null
        exit $code
        """;

    private const int LinesKept = 40;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = [];
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AnvilProcess(Process process) => _process = process;

    /// <summary>True once Anvil has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Completes when Anvil ends, by itself or because it was told to.</summary>
    public Task Exited => _process.WaitForExitAsync();

    /// <summary>What Anvil printed last: the reason, when it did not start.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines)
            {
                return string.Join(Environment.NewLine, _lastLines);
            }
        }
    }

    /// <summary>Starts Anvil and waits until it listens.</summary>
    /// <returns>The process and the port that the system gave it.</returns>
    /// <exception cref="InvalidOperationException">It ended before it listened.</exception>
    public static async Task<(AnvilProcess Anvil, int Port)> StartAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", Watch, "anvil-watch", program, .. arguments]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var anvil = new AnvilProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        anvil.Run();
        try
        {
            return (anvil, await anvil._port.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel));
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends Anvil and waits for it. Its state must have been taken before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows())
            {
                _process.Kill();
            }
            else
            {
                _process.StandardInput.Close();
            }
        }
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }
        _process.Dispose();
    }

    private void Run()
    {
        // Both pipes are read for as long as Anvil lives: a full pipe would stop it in the middle of a request.
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) =>
            _port.TrySetException(new InvalidOperationException($"Anvil ended before it listened. It said:\n{LastLines}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept)
            {
                _lastLines.Dequeue();
            }
        }
        const string Listening = "Listening on 127.0.0.1:";
        if (line.StartsWith(Listening, StringComparison.Ordinal)
            && int.TryParse(line.AsSpan(Listening.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            _port.TrySetResult(port);
        }
    }
}
