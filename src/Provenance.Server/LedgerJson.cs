using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Provenance.Server.Anchoring;
using Provenance.Server.Batches;
using Provenance.Server.Documents;
using Provenance.Server.Health;
using Provenance.Server.Http;
using Provenance.Server.Log;
using Provenance.Server.Parties;
using Provenance.Server.Portal;
using Provenance.Server.Reports;
using Provenance.Server.Resolver;
using Provenance.Server.Tracing;

namespace Provenance.Server;

/// <summary>Everything on the wire, but for EPCIS documents and proofs, which have their own readers and writers.</summary>
[JsonSerializable(typeof(AnchorAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(ProblemShape))]
[JsonSerializable(typeof(NewParty))]
[JsonSerializable(typeof(PartyChange))]
[JsonSerializable(typeof(List<PartyAnswer>))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(NewKeyAnswer))]
[JsonSerializable(typeof(List<KeyAnswer>))]
[JsonSerializable(typeof(NewInvitation))]
[JsonSerializable(typeof(InvitationAnswer))]
[JsonSerializable(typeof(NewProduct))]
[JsonSerializable(typeof(List<ProductAnswer>))]
[JsonSerializable(typeof(NewPlace))]
[JsonSerializable(typeof(PlaceApproval))]
[JsonSerializable(typeof(List<PlaceAnswer>))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(StepBody))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(TraceAnswer))]
[JsonSerializable(typeof(ItemAnswer))]
[JsonSerializable(typeof(NewLink))]
[JsonSerializable(typeof(LinkAnswer))]
[JsonSerializable(typeof(List<LinkAnswer>))]
[JsonSerializable(typeof(ResolverDescription))]
[JsonSerializable(typeof(DocumentAnswer))]
[JsonSerializable(typeof(ItemChange))]
[JsonSerializable(typeof(PublicViewAnswer))]
[JsonSerializable(typeof(ReportsAnswer))]
[JsonSerializable(typeof(CheckpointAnswer))]
[JsonSerializable(typeof(EntriesAnswer))]
[JsonSerializable(typeof(ConsistencyAnswer))]
internal sealed partial class LedgerJson : JsonSerializerContext
{
    /// <summary>Makes a reader strict: what we would not understand, or understand twice, is refused rather than dropped.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // every answer is application/json with nosniff
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
