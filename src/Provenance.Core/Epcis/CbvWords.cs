using System.Collections.Frozen;

namespace Provenance.Core.Epcis;

/// <summary>One word list of the Core Business Vocabulary (CBV 2.0 §7): the bare words JSON uses, and their Web URIs and URNs.</summary>
/// <param name="Label">How an error names a word of the list.</param>
/// <param name="WebPrefix">What stands before the word in its Web URI.</param>
/// <param name="UrnPrefix">What stands before the word in the URN form of EPCIS 1.x; null where there is none.</param>
/// <param name="Words">The bare words.</param>
public sealed record CbvWords(string Label, string WebPrefix, string? UrnPrefix, FrozenSet<string> Words)
{
    /// <summary>bizStep.</summary>
    public static readonly CbvWords BizStep = Of("CBV business step", "https://ref.gs1.org/cbv/BizStep-", "urn:epcglobal:cbv:bizstep:", """
        accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting decommissioning departing
        destroying disassembling dispensing encoding entering_exiting holding inspecting installing killing loading other packing picking
        receiving removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping staging_outbound
        stock_taking stocking storing transporting unloading unpacking void_shipping
        """);

    /// <summary>disposition, and the members of persistentDisposition.</summary>
    public static readonly CbvWords Disposition = Of("CBV disposition", "https://ref.gs1.org/cbv/Disp-", "urn:epcglobal:cbv:disp:", """
        active available completeness_inferred completeness_verified conformant container_closed container_open damaged destroyed dispensed
        disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement
        no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned sellable_accessible
        sellable_not_accessible stolen unavailable unknown
        """);

    /// <summary>The type of a business transaction.</summary>
    public static readonly CbvWords Transaction = Of("CBV business transaction type", "https://ref.gs1.org/cbv/BTT-", "urn:epcglobal:cbv:btt:",
        "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt");

    /// <summary>The type of a source or destination.</summary>
    public static readonly CbvWords SourceDestination = Of("CBV source or destination type", "https://ref.gs1.org/cbv/SDT-", "urn:epcglobal:cbv:sdt:",
        "location owning_party possessing_party");

    /// <summary>The reason of an error declaration.</summary>
    public static readonly CbvWords ErrorReason = Of("CBV error reason", "https://ref.gs1.org/cbv/ER-", "urn:epcglobal:cbv:er:",
        "did_not_occur incorrect_data");

    /// <summary>The component of a sensor report.</summary>
    public static readonly CbvWords Component = Of("CBV component", "https://ref.gs1.org/cbv/Comp-", null,
        "altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle spherical_radius x y z");

    /// <summary>The type of a sensor report; the last two joined the GS1 Web Vocabulary after the schema of EPCIS 2.0.0.</summary>
    public static readonly CbvWords Measurement = Of("GS1 measurement type", "https://ref.gs1.org/voc/", null, """
        AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance AmountOfSubstancePerUnitVolume Angle
        AngularAcceleration AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count Density Dimensionless
        DoseEquivalent DoseEquivalentRate DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength
        Energy Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum Luminance LuminousFlux
        LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime
        MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity
        RelativeHumidity Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque
        Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber EffectiveDose EffectiveDoseRate
        """);

    /// <summary>The exception of a sensor report.</summary>
    public static readonly CbvWords SensorAlert = Of("GS1 sensor alert", "https://ref.gs1.org/voc/", null, "ALARM_CONDITION ERROR_CONDITION");

    private static CbvWords Of(string label, string webPrefix, string? urnPrefix, string words) =>
        new(label, webPrefix, urnPrefix, words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet());

    /// <summary>
    /// A bare word of the list, its URN of EPCIS 1.x, or somebody's own URI (a CURIE looks like one). GS1's old namespace
    /// ns.gs1.org/cbv and URNs of words that are not listed are refused, as the schema of EPCIS 2.0 does.
    /// </summary>
    public bool Accepts(string value)
    {
        if (Words.Contains(value))
        {
            return true;
        }
        if (value.StartsWith("urn:epcglobal:cbv", StringComparison.Ordinal))
        {
            return UrnPrefix is not null && value.StartsWith(UrnPrefix, StringComparison.Ordinal) && Words.Contains(value[UrnPrefix.Length..]);
        }
        return AbsoluteUri.Is(value)
            && !value.StartsWith("http://ns.gs1.org/cbv/", StringComparison.Ordinal)
            && !value.StartsWith("https://ns.gs1.org/cbv/", StringComparison.Ordinal);
    }
}
