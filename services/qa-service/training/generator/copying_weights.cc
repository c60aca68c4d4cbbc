#include "services/qa-service/training/generator/copying_weights.h"

#include <ATen/ATen.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::qa {
namespace {

// Parts of a state.
constexpr std::int64_t kToken = 0;
constexpr std::int64_t kBefore = 1;
constexpr std::int64_t kBeforeThat = 2;
constexpr std::int64_t kWritten = 3;

// Of a table whose entries have deviation 1.
constexpr double kEmbedding = 50;  // times the random deviation of 0.02
// A head that looks at one position gives it all but e^-10 of its attention.
constexpr double kPositionBias = 10;
// States are normalized to a mean square of one: where one part of four is filled, it is twice as
// large as it was, and half of it is what it was. Where three are, 0.87 of it.
constexpr double kOneOfFour = 0.5;
constexpr double kThreeOfFour = 0.87;
// Half a part of 32 numbers that agree gives 10 logits, one that does not 0 +- 1.8.
constexpr double kMatch = 0.485;
// A part of 64 numbers that agree gives 16 logits at the output.
constexpr double kOutput = 0.25;

// Rows [from, from + count) and as many columns from `column` on become `scale` times the identity.
void SetIdentity(at::Tensor& matrix, std::int64_t row, std::int64_t column, std::int64_t count,
                 double scale) {
  matrix.narrow(0, row, count).narrow(1, column, count).copy_(at::eye(count) * scale);
}

}  // namespace

absl::Status CopyingWeights::Fill(const std::string& name, const std::vector<std::int64_t>& shape,
                                  modeling::Init init, at::Tensor& out) {
  out = random_.Take(name, shape, init);
  if (!random_.ok()) return random_.status();
  const std::int64_t part = sizes_.part();
  const auto column = [&](std::int64_t which) { return which * part; };
  if (name == "shared.weight") {
    out.mul_(kEmbedding);
    out.narrow(1, part, sizes_.width - part).zero_();
    tokens_ = out.narrow(1, 0, part).clone();
    return absl::OkStatus();
  }
  if (name == "lm_head.weight") {
    out.zero_();
    out.narrow(1, column(kWritten), part).copy_(tokens_ * kOutput);
    return absl::OkStatus();
  }
  // Heads 0 and 1 of the first layers look one and two positions back.
  if (absl::EndsWith(name, "relative_attention_bias.weight")) {
    // [buckets, heads]: bucket n is n positions back.
    out.narrow(1, 0, 2).zero_();
    out[1][0].fill_(kPositionBias);
    out[2][1].fill_(kPositionBias);
    return absl::OkStatus();
  }
  for (const char* side : {"encoder", "decoder"}) {
    const std::string first = absl::StrCat(side, ".block.0.layer.0.SelfAttention.");
    if (name == first + "v.weight") {
      out.narrow(0, 0, 2 * part).zero_();
      SetIdentity(out, 0, column(kToken), part, kOneOfFour);
      SetIdentity(out, part, column(kToken), part, kOneOfFour);
    } else if (name == first + "o.weight") {
      out.narrow(1, 0, 2 * part).zero_();
      SetIdentity(out, column(kBefore), 0, part, 1);
      SetIdentity(out, column(kBeforeThat), part, part, 1);
    }
  }
  // Heads 0 and 1 of the last layer compare one half of the parts each: what was written last with
  // what stands before a place, and what was written before that with what stands before that.
  const std::string last =
      absl::StrCat("decoder.block.", sizes_.decoder_layers - 1, ".layer.1.EncDecAttention.");
  if (!absl::StartsWith(name, last)) return absl::OkStatus();
  const std::int64_t half = part / 2;
  const auto compare = [&](std::int64_t newer, std::int64_t older) {
    out.narrow(0, 0, 2 * part).zero_();
    for (std::int64_t head = 0; head < 2; ++head) {
      SetIdentity(out, head * part, column(newer) + head * half, half, kMatch);
      SetIdentity(out, head * part + half, column(older) + head * half, half, kMatch);
    }
  };
  if (name == last + "q.weight") {
    compare(kToken, kBefore);
  } else if (name == last + "k.weight") {
    compare(kBefore, kBeforeThat);
  } else if (name == last + "v.weight") {
    out.narrow(0, 0, 2 * part).zero_();
    for (std::int64_t head = 0; head < 2; ++head) {
      SetIdentity(out, head * part, column(kToken), part, kThreeOfFour);
    }
  } else if (name == last + "o.weight") {
    out.narrow(1, 0, 2 * part).zero_();
    for (std::int64_t head = 0; head < 2; ++head) {
      SetIdentity(out, column(kWritten), head * part, part, 0.5);
    }
  }
  return absl::OkStatus();
}

}  // namespace clientele::qa
