using System.Globalization;

namespace FastRebalance.Simulation.LatencyValue;

/// <summary>A measured mean and how far it may be off.</summary>
/// <param name="Mean">The unit is said where the estimate is used.</param>
/// <param name="StandardError">In the same unit; NaN where one sample gives none.</param>
public readonly record struct Estimate(double Mean, double StandardError)
{
    private const double Normal95 = 1.96;

    public double Low => Mean - Normal95 * StandardError;

    public double High => Mean + Normal95 * StandardError;

    /// <summary>The 95 % interval leaves zero out. An unknown error is never beyond noise.</summary>
    public bool IsBeyondNoise => Math.Abs(Mean) > Normal95 * StandardError;

    /// <summary>Mean over independent samples.</summary>
    public static Estimate Of(ReadOnlySpan<double> samples)
    {
        double sum = 0, squares = 0;
        foreach (double sample in samples)
            sum += sample;
        double mean = sum / samples.Length;
        foreach (double sample in samples)
            squares += (sample - mean) * (sample - mean);
        return new Estimate(mean, samples.Length > 1 ? Math.Sqrt(squares / (samples.Length - 1) / samples.Length) : double.NaN);
    }

    /// <summary>Sum of parts over sum of counts, such as a mean per trade; the error comes from how the samples scatter around it.</summary>
    public static Estimate Ratio(ReadOnlySpan<double> parts, ReadOnlySpan<double> counts) =>
        RatioDifference(parts, counts, [], []);

    /// <summary>One ratio less another over the same samples: what they share, such as the same path, cancels in the error.</summary>
    public static Estimate RatioDifference(
        ReadOnlySpan<double> parts, ReadOnlySpan<double> counts, ReadOnlySpan<double> lessParts, ReadOnlySpan<double> lessCounts)
    {
        (double ratio, double count) = Pool(parts, counts);
        (double lessRatio, double lessCount) = Pool(lessParts, lessCounts);
        double squares = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            double residual = count > 0 ? (parts[i] - ratio * counts[i]) / count : 0;
            if (lessCount > 0)
                residual -= (lessParts[i] - lessRatio * lessCounts[i]) / lessCount;
            squares += residual * residual;
        }
        int samples = parts.Length;
        return new Estimate(ratio - lessRatio, samples > 1 && count > 0 ? Math.Sqrt(squares * samples / (samples - 1)) : double.NaN);
    }

    public string Text(string format = "0.000") =>
        string.Create(CultureInfo.InvariantCulture, $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {StandardError.ToString(format, CultureInfo.InvariantCulture)}");

    private static (double Ratio, double Count) Pool(ReadOnlySpan<double> parts, ReadOnlySpan<double> counts)
    {
        double part = 0, count = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            part += parts[i];
            count += counts[i];
        }
        return (count > 0 ? part / count : 0, count);
    }
}
