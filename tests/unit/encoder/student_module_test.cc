#include "services/qa-service/training/encoder/student_module.h"

#include "common/inference/torchscript/bundle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/encoder/tiny_encoder.h"

namespace clientele::qa {
namespace {

using clientele::testing::TemporaryFolder;

// A teacher of word pieces that knows three words and letters, but no Chinese.
std::unique_ptr<EncoderBundle> Teacher(const TemporaryFolder& folder) {
  model::v1::Bundle manifest = testing::TinyManifest("teacher");
  manifest.mutable_tokenizer()->Clear();
  manifest.mutable_tokenizer()->mutable_files()->set_folder("tokenizer");
  manifest.mutable_limits()->set_vocabulary(9);
  const auto written = inference::WriteUnsignedBundle(
      {.model_dir = folder.path()}, testing::TinyModule(1.3, 9), manifest,
      {{"tokenizer/vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ns\n##s\nparcel\nrefund\n"}},
      inference::ExampleInputs(manifest, 1, 4));
  INFO(written.status());
  REQUIRE(written.ok());
  auto opened = EncoderBundle::Open(*written);
  REQUIRE(opened.ok());
  return *std::move(opened);
}

TEST_CASE("known pieces begin as the teacher's do, and pieces that it does not know all differ") {
  const TemporaryFolder folder;
  const auto teacher = Teacher(folder);
  const std::vector<std::string> pieces = {"[PAD]", "[UNK]", "[CLS]",  "[SEP]", "[MASK]",
                                           "退",    "货",    "parcel", "##s",   "parcels"};
  const auto student = MakeStudent(
      {.layers = 1, .width = 16, .heads = 2, .inner = 32, .max_tokens = 16}, pieces, *teacher, 1);
  INFO(student.status());
  REQUIRE(student.ok());
  CHECK(student->manifest.outputs(0).shape(1) == testing::kTinyWidth);
  const at::Tensor table = student->module.attr("tokens").toTensor();
  const auto cosine = [&](const at::Tensor& a, const at::Tensor& b) {
    return (a.dot(b) / (a.norm() * b.norm())).item<double>();
  };
  CHECK(std::abs(cosine(table[5], table[6])) < 0.9);
  // [CLS] parcel [SEP] of the teacher.
  const at::Tensor own = testing::TinyModule(1.3, 9).attr("tokens").toTensor();
  CHECK(cosine(table[7], own[2] + own[7] + own[3]) > 0.999);
  CHECK(cosine(table[9], own[2] + own[7] + own[6] + own[3]) > 0.999);
}

}  // namespace
}  // namespace clientele::qa
