using FastRebalance.Ethereum.Signers;
using FastRebalance.Ethereum.Transactions;

namespace FastRebalance.Execution.Presigning;

/// <summary>Signs a group: all in a row with a key in this process, a few at a time where another program holds it.</summary>
internal sealed class RungSigner(IAccountSigner signer, int mostAsked)
{
    public IAccountSigner Account => signer;

    /// <summary>Writes the signed bytes one behind the other from the front of the destination.</summary>
    /// <param name="fields">What to sign.</param>
    /// <param name="destination">At least the sum of their greatest lengths.</param>
    /// <param name="signed">Where each lies.</param>
    /// <param name="cancellation">Gives up waiting for another program.</param>
    /// <returns>Signed, or the first reason why not all are.</returns>
    public ValueTask<SigningOutcome> SignAsync(
        TransactionFields[] fields, Memory<byte> destination, SignedBytes[] signed, CancellationToken cancellation)
    {
        if (signer is not TransactionSigner local)
            return AskAsync(fields, destination, signed, cancellation);
        local.SignAll(fields, destination.Span, signed);
        return ValueTask.FromResult(new SigningOutcome(SigningStatus.Signed, default, default, ""));
    }

    private async ValueTask<SigningOutcome> AskAsync(
        TransactionFields[] fields, Memory<byte> destination, SignedBytes[] signed, CancellationToken cancellation)
    {
        int start = 0;
        for (int from = 0; from < fields.Length; from += mostAsked)
        {
            Task<SigningOutcome>[] asked =
                [.. fields.Skip(from).Take(mostAsked).Select(transaction => signer.SignAsync(transaction, cancellation).AsTask())];
            SigningOutcome[] answers = await Task.WhenAll(asked).ConfigureAwait(false);
            for (int i = 0; i < answers.Length; i++)
            {
                SigningOutcome answer = answers[i];
                if (!answer.IsSigned)
                    return answer;
                answer.Raw.CopyTo(destination[start..]);
                signed[from + i] = new SignedBytes(start, answer.Raw.Length, answer.Hash);
                start += answer.Raw.Length;
            }
        }
        return new SigningOutcome(SigningStatus.Signed, default, default, "");
    }
}
