using FastRebalance.Native;

namespace FastRebalance.Routing.Duals;

/// <summary>Newton's method on the dual; its twin and the reasons stand in native/src/basket_dual.h.</summary>
internal static class NewtonMethod
{
    private const int MaxIdle = 40;

    /// <summary>Steps with a factor of other prices, while each makes the merit ten times smaller. Returns the merit at eps.</summary>
    public static double Reuse(ref DualWork s, Span<double> eps, double merit)
    {
        while (merit > s.Query.Tolerance && s.Iterations < s.Query.MaxIterations)
        {
            s.Iterations++;
            s.SolveStep(DualWork.Stride);
            Move(ref s, eps, 1.0);
            double next = s.Evaluate(s.Trial);
            s.Mix(next);
            if (!(next <= 0.1 * merit))
            {
                if (!(next <= merit))
                    return s.Evaluate(eps);
                s.Trial.CopyTo(eps);
                return next;
            }
            s.Trial.CopyTo(eps);
            merit = next;
        }
        return merit;
    }

    /// <summary>Steps at full length from prices near the answer, while each makes the merit ten times smaller. Returns the merit at eps.</summary>
    public static double Finish(ref DualWork s, Span<double> eps, double merit)
    {
        while (merit > s.Query.Tolerance && s.Iterations < s.Query.MaxIterations)
        {
            s.Iterations++;
            s.Assemble(0.0);
            s.Factor();
            s.SolveStep(DualWork.Stride);
            Move(ref s, eps, 1.0);
            double next = s.Evaluate(s.Trial);
            s.Mix(next);
            if (!(next <= 0.1 * merit))
            {
                if (!(next < merit))
                    return merit;
                s.Trial.CopyTo(eps);
                return next;
            }
            s.Trial.CopyTo(eps);
            merit = next;
        }
        return merit;
    }

    /// <summary>Returns the smallest merit found; eps is there.</summary>
    public static double Run(ref DualWork s, Span<double> eps, double merit, int maxSteps, int maxShort, int maxTries)
    {
        double damping = 0.0, least = merit;
        int steps = 0, idle = 0, cut = 0;
        eps.CopyTo(s.Best);
        while (merit > s.Query.Tolerance && steps < maxSteps && cut < maxShort && s.Iterations < s.Query.MaxIterations)
        {
            steps++;
            s.Iterations++;
            s.Assemble(damping);
            s.Factor();
            s.SolveStep(DualWork.Stride);
            double alpha = 1.0;
            double slope0 = Slope(ref s, 0.0);
            Move(ref s, eps, 1.0);
            double next = s.Evaluate(s.Trial);
            double slope1 = Slope(ref s, 1.0);
            if (slope0 < 0.0 && !(next <= 0.25 * merit) && slope1 > -0.5 * slope0)
            {
                alpha = Shorten(ref s, eps, slope0, slope1, merit, maxTries, ref next);
                damping = damping > 0.0 ? 4.0 * damping : 1e-3;
                if (damping > 1e3)
                    damping = 1e3;
                if (alpha < 0.1)
                    cut++;
            }
            else
            {
                damping = damping / 6.0;
                if (damping < 1e-4)
                    damping = 0.0;
            }
            s.Trial.CopyTo(eps);
            merit = next;
            s.Mix(alpha);
            s.Mix(merit);
            idle = merit < 0.5 * least ? 0 : idle + 1;
            if (merit < least)
            {
                least = merit;
                eps.CopyTo(s.Best);
            }
            if ((idle >= 2 && least <= DualWork.Noise) || idle >= MaxIdle)
                break;
        }
        if (least < merit)
        {
            s.Best.CopyTo(eps);
            s.HasFactor = false;
        }
        return least;
    }

    private static double Shorten(ref DualWork s, ReadOnlySpan<double> eps, double slope0, double slope1, double merit, int maxTries, ref double next)
    {
        double low = 0.0, high = 1.0, atLow = slope0, atHigh = slope1, alpha = 1.0;
        int side = 0;
        for (int i = 0; i < maxTries; i++)
        {
            alpha = (low * atHigh - high * atLow) / (atHigh - atLow);
            if (!(alpha > low) || !(alpha < high))
                alpha = 0.5 * (low + high);
            Move(ref s, eps, alpha);
            next = s.Evaluate(s.Trial);
            double slope = Slope(ref s, alpha);
            if (next <= 0.25 * merit || (slope <= -0.5 * slope0 && slope >= 0.5 * slope0))
                break;
            if (slope < 0.0)
            {
                low = alpha;
                atLow = slope;
                if (side < 0)
                    atHigh *= 0.5;
                side = -1;
            }
            else
            {
                high = alpha;
                atHigh = slope;
                if (side > 0)
                    atLow *= 0.5;
                side = 1;
            }
        }
        return alpha;
    }

    private static void Move(ref DualWork s, ReadOnlySpan<double> eps, double alpha)
    {
        for (int i = 0; i < eps.Length; i++)
            s.Trial[i] = eps[i] + 0.5 * alpha * s.Step[i] * (1.0 + eps[i]);
    }

    private static double Slope(ref DualWork s, double alpha)
    {
        double sum = 0.0;
        for (int i = 0; i < s.Step.Length; i++)
            sum += s.Residual[i] * s.Step[i] / (1.0 + 0.5 * alpha * s.Step[i]);
        return sum;
    }
}
