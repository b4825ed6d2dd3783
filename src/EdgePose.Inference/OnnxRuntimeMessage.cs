using System.Text.RegularExpressions;

namespace EdgePose.Inference;

/// <summary>Makes one readable line of an error of ONNX Runtime. Its messages name source files, functions and hosts of a build elsewhere.</summary>
internal static partial class OnnxRuntimeMessage
{
    /// <summary>What went wrong, without the place in the source.</summary>
    /// <param name="message">The message of an exception, of any number of lines.</param>
    public static string Readable(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        ReadOnlySpan<char> first = message.AsSpan().Trim();
        int end = first.IndexOfAny('\r', '\n');
        string line = (end < 0 ? first : first[..end]).ToString();

        // "CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=... ; file=... ; line=... ; expr=..."
        if (Failure().Match(line) is { Success: true } failure)
        {
            return failure.Value.Trim();
        }

        line = Status().Replace(line, "");
        while (Place().Match(line) is { Success: true, Index: var at, Length: var length })
        {
            line = line[..at] + Status().Replace(WithoutFunction(line[(at + length)..]), "");
        }

        return line.Trim().TrimEnd('.', ':') is { Length: > 0 } said ? said : message.Trim();
    }

    /// <summary>Cuts a C++ function's signature from the start: all up to its closing bracket, or one word where there is no bracket.</summary>
    private static string WithoutFunction(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        int status = text.IndexOf("[ONNXRuntimeError]", StringComparison.Ordinal);
        if (status >= 0)
        {
            return text[status..];
        }

        if (open < 0 || !text[..open].Contains("::", StringComparison.Ordinal))
        {
            return text[(text.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        }

        int depth = 0;
        for (int at = open; at < text.Length; at++)
        {
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && (at + 1 == text.Length || text[at + 1] != '('))
            {
                return SignatureRest().Replace(text[(at + 1)..], "");
            }
        }

        return text;
    }

    [GeneratedRegex(@"\b(CUDA|CUDNN|CUBLAS|CURAND|CUFFT|NCCL) failure -?[0-9]+: [^;]+")]
    private static partial Regex Failure();

    // "[ErrorCode:Fail] " is added by the managed library, "[ONNXRuntimeError] : 1 : FAIL : " by a status inside.
    [GeneratedRegex(@"^(\[ErrorCode:\w+\]\s*|\[ONNXRuntimeError\] : [0-9]+ : \w+ : )*")]
    private static partial Regex Status();

    [GeneratedRegex(@"\S+\.(cc|cpp|cu|cuh|h|hpp):[0-9]+ ")]
    private static partial Regex Place();

    [GeneratedRegex(@"^\s*(const|noexcept|&|\[with [^\]]*\]|\s)*")]
    private static partial Regex SignatureRest();
}
