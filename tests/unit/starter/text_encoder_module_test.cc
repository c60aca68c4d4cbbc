#include "tools/clientele-models/starter/text_encoder_module.h"

#include <cmath>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "tests/support/catch_with_torch.h"
#include "tests/unit/starter/encode_texts.h"
#include "tools/clientele-models/starter/ngram_matrix.h"

namespace clientele::starter {
namespace {

// Four topics, English and Chinese, a few wordings each.
std::vector<std::string> Corpus() {
  return {"where is my parcel and when will the parcel arrive",
          "the parcel was shipped on monday and will arrive on friday",
          "track the parcel with the tracking number of your shipment",
          "our courier delivers each shipment within three days",
          "how do i get a refund for a returned item",
          "send the item back and the refund is paid within a week",
          "refunds go to the card that paid for the returned item",
          "the refund has not reached my bank account",
          "reset the password of your account with the link in the mail",
          "i forgot my password and can not log in to the account",
          "choose a new password with at least ten characters",
          "包裹什么时候发货，快递几天能到",
          "快递公司会在三天内送达包裹",
          "请用快递单号查询包裹的物流",
          "退款多久可以到账，我要申请退款",
          "收到退回的商品以后我们会退款到银行卡",
          "退款会在七天之内原路退回",
          "忘记密码怎么办，如何重置密码",
          "点击邮件里的链接重置登录密码"};
}

TextEncoderModule Train(std::int64_t dimensions = 16) {
  TextEncoderSettings settings;
  settings.ngrams.buckets = 8192;
  settings.dimensions = dimensions;
  absl::StatusOr<TextEncoderModule> trained = TrainTextEncoder(Corpus(), settings);
  REQUIRE(trained.ok());
  return *std::move(trained);
}

at::Tensor Encode(TextEncoderModule& trained, const std::vector<std::string>& texts) {
  return EncodeTexts(
      trained.module, texts,
      {.buckets = 8192, .min_char_ngram = 3, .max_char_ngram = 4, .max_word_ngram = 2});
}

TEST_CASE("weights are tf times smoothed idf in unit rows") {
  const text::HashedNgramTokenizer words(
      {.buckets = 1 << 16, .max_char_ngram = 0, .max_word_ngram = 1});
  const std::vector<std::string> texts = {"red red blue", "blue", "", "green"};
  const NgramMatrix matrix = BuildNgramMatrix(texts, words);
  REQUIRE(matrix.rows == 3);  // the empty text has none
  REQUIRE(matrix.values.size() == 4);
  CHECK(matrix.seen_columns == 3);
  // By hand: n = 3; df(red) = 1, df(blue) = 2.
  const double red = 2 * (std::log(4.0 / 2.0) + 1);
  const double blue = std::log(4.0 / 3.0) + 1;
  const double norm = std::sqrt(red * red + blue * blue);
  const bool red_first = matrix.column_index[0] == words.Encode("red")[0] - 1;
  CHECK(std::abs(matrix.values[red_first ? 0 : 1] - red / norm) < 1e-6);
  CHECK(std::abs(matrix.values[red_first ? 1 : 0] - blue / norm) < 1e-6);
  CHECK(std::abs(matrix.values[2] - 1.0) < 1e-6);
}

TEST_CASE("texts about the same topic are nearer than others, in English and in Chinese") {
  TextEncoderModule trained = Train(8);
  const at::Tensor rows =
      Encode(trained, {"when will the parcel arrive", "the parcel arrives on friday",
                       "a refund to my bank account", "包裹几天能到", "快递物流查询", "申请退款"});
  const at::Tensor cosines = at::mm(rows, rows.t());
  const auto near = [&](int a, int b) { return cosines[a][b].item<double>(); };
  CHECK(near(0, 1) > near(0, 2) + 0.2);
  CHECK(near(3, 4) > near(3, 5) + 0.2);
}

TEST_CASE("rows have unit length, text without words is zeros") {
  TextEncoderModule trained = Train();
  const at::Tensor rows = Encode(trained, {"a parcel", "退款", "", "?!", "parcel parcel parcel"});
  const at::Tensor norms = rows.norm(2, {1});
  for (const int row : {0, 1, 4}) CHECK(std::abs(norms[row].item<double>() - 1) < 1e-5);
  for (const int row : {2, 3}) CHECK(norms[row].item<double>() == 0);
}

TEST_CASE("padding and neighbors do not change a row") {
  TextEncoderModule trained = Train();
  const at::Tensor alone = Encode(trained, {"where is my parcel"});
  const at::Tensor padded = Encode(trained, {"where is my parcel", Corpus()[0] + Corpus()[1]});
  CHECK(at::allclose(alone[0], padded[0], 1e-5, 1e-6));
}

TEST_CASE("dimensions beyond the rank are zeros") {
  TextEncoderModule trained = Train(64);
  CHECK(trained.rank <= 19);
  const at::Tensor rows = Encode(trained, {"where is my parcel"});
  REQUIRE(rows.size(1) == 64);
  CHECK(rows.narrow(1, trained.rank, 64 - trained.rank).abs().max().item<double>() == 0);
  CHECK(trained.explained > 0.5);
  CHECK(trained.explained < 1.0001);
}

TEST_CASE("fewer than two texts are refused") {
  const TextEncoderSettings settings;
  CHECK(TrainTextEncoder({}, settings).status().code() == absl::StatusCode::kInvalidArgument);
  const std::vector<std::string> one = {"one text", "", "?!"};
  CHECK(TrainTextEncoder(one, settings).status().code() == absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace clientele::starter
