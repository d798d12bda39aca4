using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Provenance.Core.Proofs;

namespace Provenance.Tests.Core.Proofs;

/// <summary>Our own published vectors: tests/vectors/README.md. tests/js/vectors.test.mjs holds the browser's verifier to the same files.</summary>
public class ProofVectorTests
{
    private static readonly string Folder = Repository.PathOf("tests/vectors/proofs");
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => [.. ProofVector.All.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_proof_is_found_to_be_what_its_vector_says(string name)
    {
        var vector = ProofVector.All.Single(v => v.Name == name);
        if (vector.Expect == "refused")
        {
            Assert.Throws<FormatException>(() => ProofJson.Parse(vector.Bytes));
            return;
        }
        var found = Verifier.Verify(ProofJson.Parse(vector.Bytes), null);
        Assert.Equal(vector.Expect, string.Join(' ', found.Take(5).Select(f => f.Verdict switch
        {
            Verdict.Holds => "holds",
            Verdict.DoesNotHold => "broken",
            _ => "open",
        })));
    }

    /// <summary>To write them: <c>PROVENANCE_WRITE_VECTORS=1 dotnet test --filter ProofVectorTests</c>.</summary>
    [Fact]
    public void The_files_are_what_these_vectors_make()
    {
        var files = ProofVector.All.ToDictionary(v => v.Name + ".json", v => v.Bytes);
        files.Add("expected.json", Expected());
        if (Environment.GetEnvironmentVariable("PROVENANCE_WRITE_VECTORS") == "1")
        {
            Directory.CreateDirectory(Folder);
            foreach (var (name, bytes) in files)
            {
                File.WriteAllBytes(Path.Combine(Folder, name), bytes);
            }
        }
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(Folder, file.Key))));
    }

    private static byte[] Expected()
    {
        string[] findings = ["content", "author", "recorded", "history", "chain"];
        var list = new JsonArray([.. ProofVector.All.Select(v => (JsonNode)new JsonObject
        {
            ["file"] = v.Name + ".json",
            ["reason"] = v.Reason,
            ["expect"] = v.Expect == "refused"
                ? JsonValue.Create("refused")
                : new JsonObject(findings.Zip(v.Expect.Split(' ')).Select(f => KeyValuePair.Create<string, JsonNode?>(f.First, f.Second switch
                {
                    "holds" => "holds",
                    "broken" => "does not hold",
                    _ => "cannot tell",
                }))),
        })]);
        return Encoding.UTF8.GetBytes(list.ToJsonString(Readable).ReplaceLineEndings("\n") + "\n");
    }
}
