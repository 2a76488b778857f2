using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;

namespace LeadGen.Infrastructure.Outreach.Sending;

/// <summary>
/// Signs with the machine's own RSA. MimeKit reckons in managed code, which took five of the seven milliseconds that a mail cost; what is
/// signed, and how, stays MimeKit's.
/// </summary>
/// <param name="pem">RSA private key, PKCS #8.</param>
internal sealed class NativeDkimSigner(string pem, string domain, string selector)
    : DkimSigner(new MemoryStream(Encoding.ASCII.GetBytes(pem)), domain, selector, DkimSignatureAlgorithm.RsaSha256)
{
    /// <summary>Keys that nobody uses at the moment: no key is promised to serve two threads at once.</summary>
    private readonly ConcurrentBag<RSA> free = [];

    protected override ISigner CreateSigningContext() => new Context(this);

    private byte[] Sign(byte[] hash)
    {
        if (!free.TryTake(out var rsa))
        {
            rsa = RSA.Create();
            rsa.ImportFromPem(pem);
        }

        var signature = rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        free.Add(rsa);
        return signature;
    }

    /// <summary>One signature, in the shape that MimeKit asks for.</summary>
    private sealed class Context(NativeDkimSigner owner) : ISigner
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public string AlgorithmName => "SHA-256withRSA";

        public void Init(bool forSigning, ICipherParameters parameters)
        {
            if (!forSigning)
            {
                throw new NotSupportedException("This only signs.");
            }
        }

        public void Update(byte input) => hash.AppendData([input]);

        public void BlockUpdate(byte[] input, int inOff, int inLen) => hash.AppendData(input, inOff, inLen);

        public void BlockUpdate(ReadOnlySpan<byte> input) => hash.AppendData(input);

        public int GetMaxSignatureSize() => 512;

        public byte[] GenerateSignature()
        {
            using (hash)
            {
                return owner.Sign(hash.GetHashAndReset());
            }
        }

        public bool VerifySignature(byte[] signature) => throw new NotSupportedException("This only signs.");

        public void Reset() => hash.GetHashAndReset();
    }
}
