// Vocabularies of models without a tokenizer.json, in folders made here.

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

#include "absl/strings/match.h"

#include "common/text/tokenizer/tokenizer.h"

namespace clientele::text {
namespace {

namespace fs = std::filesystem;

using Ids = std::vector<std::int64_t>;
using Spans = std::vector<ByteSpan>;
using Strings = std::vector<std::string>;

// A folder that goes with the test.
class ModelFolder {
 public:
  ModelFolder() {
    std::string pattern = (fs::temp_directory_path() / "tokenizer_test.XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~ModelFolder() { fs::remove_all(path_); }
  ModelFolder(const ModelFolder&) = delete;
  ModelFolder& operator=(const ModelFolder&) = delete;

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::unique_ptr<Tokenizer> Load() const {
    auto tokenizer = Tokenizer::FromFolder(path_.string());
    INFO(tokenizer.status());
    REQUIRE(tokenizer.ok());
    return *std::move(tokenizer);
  }
  absl::Status Status() const { return Tokenizer::FromFolder(path_.string()).status(); }
  std::string File(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

const char kBertVocabulary[] =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nfree\nFree\n##s\ncafe\ncafé\n退\n";

TEST_CASE("vocab.txt is a BERT in lower case, unless the folder says otherwise") {
  const ModelFolder folder;
  folder.Write("vocab.txt", kBertVocabulary);
  const auto uncased = folder.Load();
  CHECK(uncased->Encode("Frees Café[MASK]退货")->ids == Ids{2, 5, 7, 8, 4, 10, 1, 3});
  CHECK(uncased->EncodePair("free", "cafe")->type_ids == Ids{0, 0, 0, 1, 1});
  CHECK(uncased->Decode(Ids{2, 5, 7, 8, 3}).value() == "frees cafe");
  CHECK(uncased->vocab_size() == 11);

  folder.Write("tokenizer_config.json", R"({"do_lower_case":false})");
  CHECK(folder.Load()->Encode("Free Café")->ids == Ids{2, 6, 1, 3});
  folder.Write("tokenizer_config.json", R"({"do_lower_case":true,"strip_accents":false})");
  CHECK(folder.Load()->Encode("Free Café")->ids == Ids{2, 5, 9, 3});
  folder.Write("tokenizer_config.json", R"({"tokenize_chinese_chars":false})");
  CHECK(folder.Load()->Encode("退free")->ids == Ids{2, 1, 3});
  folder.Write("tokenizer_config.json",
               R"({"added_tokens_decoder":{"11":{"content":"<X>","special":true}}})");
  CHECK(folder.Load()->Encode("free<X>")->ids == Ids{2, 5, 11, 3});
  CHECK(folder.Load()->vocab_size() == 12);
  // Line ends of another system.
  folder.Write("vocab.txt", "[UNK]\r\n[CLS]\r\n[SEP]\r\nfree\r\n");
  folder.Write("tokenizer_config.json", "{}");
  CHECK(folder.Load()->Encode("free")->ids == Ids{1, 3, 2});
  CHECK(Tokenizer::FromFile(folder.File("vocab.txt")).ok());
}

const char kByteVocabulary[] =
    R"({"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"a":4,"b":5,"Ġ":6,"Ġa":7,"ab":8,"Ã":9,"©":10,"1":11,
        "<mask>":12,"<|endoftext|>":13,"#":14,"##":15,"Ì":16,"ģ":17,"e":18})";
const char kMerges[] = "#version: 0.2\nĠ a\na b\n# #\n";

TEST_CASE("vocab.json with merges.txt is GPT-2 unless the folder says otherwise") {
  const ModelFolder folder;
  folder.Write("vocab.json", kByteVocabulary);
  folder.Write("merges.txt", kMerges);
  const auto gpt2 = folder.Load();
  CHECK(gpt2->Encode("ab a é##<|endoftext|>")->ids == Ids{8, 7, 6, 9, 10, 15, 13});
  CHECK(gpt2->Encode("ab a")->offsets == Spans{{0, 2}, {2, 4}});
  CHECK(gpt2->Decode(Ids{8, 7, 6, 9, 10, 13}).value() == "ab a é");

  folder.Write("config.json", R"({"model_type":"roberta"})");
  const auto roberta = folder.Load();
  CHECK(roberta->Encode("ab a <mask>")->ids == Ids{0, 8, 7, 12, 2});
  CHECK(roberta->Encode("ab a")->offsets == Spans{{0, 0}, {0, 2}, {3, 4}, {0, 0}});
  CHECK(roberta->EncodePair("a", "b")->ids == Ids{0, 4, 2, 2, 5, 2});

  // tokenizer_class comes before model_type. Qwen2 composes, and takes digits one by one.
  folder.Write("tokenizer_config.json", R"({"tokenizer_class":"Qwen2Tokenizer"})");
  const auto qwen2 = folder.Load();
  CHECK(qwen2->Encode("e\u030111")->ids == Ids{9, 10, 11, 11});
  folder.Write("added_tokens.json", R"({"<|im_end|>":19})");
  CHECK(folder.Load()->Encode("a<|im_end|>b")->ids == Ids{4, 19, 5});
}

void AddVarint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void AddBytes(int field, const std::string& bytes, std::string& out) {
  AddVarint(static_cast<std::uint64_t>(field) << 3 | 2, out);
  AddVarint(bytes.size(), out);
  out += bytes;
}

void AddNumber(int field, std::uint64_t value, std::string& out) {
  AddVarint(static_cast<std::uint64_t>(field) << 3, out);
  AddVarint(value, out);
}

struct PieceSpec {
  std::string text;
  float score = 0;
  int type = 1;  // 1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte
};

// A SentencePiece model file: type 1 is Unigram, 2 is BPE.
std::string SentencePieceFile(const std::vector<PieceSpec>& pieces, int model_type,
                              bool byte_fallback = false, bool remove_extra_whitespaces = true) {
  std::string file;
  for (const PieceSpec& piece : pieces) {
    std::string message;
    AddBytes(1, piece.text, message);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &piece.score, sizeof(bits));
    AddVarint(2 << 3 | 5, message);
    for (int i = 0; i < 4; ++i) message.push_back(static_cast<char>(bits >> (8 * i)));
    AddNumber(3, static_cast<std::uint64_t>(piece.type), message);
    AddBytes(1, message, file);
  }
  std::string trainer;
  AddNumber(3, static_cast<std::uint64_t>(model_type), trainer);
  AddNumber(35, byte_fallback ? 1 : 0, trainer);
  AddBytes(2, trainer, file);
  std::string normalizer;
  AddNumber(4, remove_extra_whitespaces ? 1 : 0, normalizer);
  AddBytes(3, normalizer, file);
  return file;
}

const std::vector<PieceSpec> kT5Pieces = {{"<pad>", 0, 3}, {"</s>", 0, 3}, {"<unk>", 0, 2},
                                          {"▁", -2},       {"▁a", -1},     {"b", -1},
                                          {"ab", -1.5},    {"C++", 0, 4}};

TEST_CASE("spiece.model is a T5") {
  const ModelFolder folder;
  folder.Write("spiece.model", SentencePieceFile(kT5Pieces, 1));
  const auto tokenizer = folder.Load();
  // White space is collapsed, trimmed and put in front.
  CHECK(tokenizer->Encode("  ab   a ")->tokens == Strings{"▁a", "b", "▁a", "</s>"});
  CHECK(tokenizer->Encode("ab")->ids == Ids{4, 5, 1});
  CHECK(tokenizer->Encode("")->ids == Ids{1});
  // Runs of unknown characters are one token; user-defined pieces always win.
  CHECK(tokenizer->Encode("axyzC++b")->tokens == Strings{"▁a", "xyz", "C++", "b", "</s>"});
  CHECK(tokenizer->Encode("axyz")->ids == Ids{4, 2, 1});
  // A hundred sentinels behind the pieces, the last one first.
  CHECK(tokenizer->vocab_size() == 108);
  CHECK(tokenizer->TokenToId("<extra_id_0>") == 107);
  CHECK(tokenizer->TokenToId("<extra_id_99>") == 8);
  CHECK(tokenizer->Encode("a <extra_id_0> b")->tokens ==
        Strings{"▁a", " <extra_id_0> ", "▁", "b", "</s>"});
  CHECK(tokenizer->EncodePair("a", "b")->ids == Ids{4, 1, 3, 5, 1});
  CHECK(tokenizer->Decode(Ids{4, 5, 4, 1}).value() == "ab a");
  CHECK(tokenizer->Encode("é a")->offsets == Spans{{0, 0}, {0, 2}, {2, 4}, {0, 0}});
}

TEST_CASE("sentencepiece.bpe.model is an XLM-R, whose ids are one higher") {
  const ModelFolder folder;
  folder.Write(
      "sentencepiece.bpe.model",
      SentencePieceFile(
          {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3}, {"▁", -2}, {"▁a", -1}, {"b", -1}}, 1));
  const auto tokenizer = folder.Load();
  CHECK(tokenizer->Encode("ab x<mask>")->ids == Ids{0, 5, 6, 4, 3, 7, 2});
  CHECK(tokenizer->EncodePair("a", "a")->ids == Ids{0, 5, 2, 2, 5, 2});
  CHECK(tokenizer->TokenToId("<mask>") == 7);
  CHECK(tokenizer->TokenToId("<pad>") == 1);
  CHECK(tokenizer->Decode(Ids{0, 5, 6, 2}).value() == "ab");
}

TEST_CASE("tokenizer.model is a Llama: joined by score, bytes for what is unknown") {
  std::vector<PieceSpec> pieces = {{"<unk>", 0, 2}, {"<s>", 0, 3}, {"</s>", 0, 3}};
  for (int byte = 0; byte < 256; ++byte) {
    constexpr char kDigits[] = "0123456789ABCDEF";
    pieces.push_back({std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">", 0, 6});
  }
  // From 259 on; the higher score is joined first.
  for (const PieceSpec& piece : std::vector<PieceSpec>{
           {"▁a", -1}, {"bc", -2}, {"ab", -3}, {"▁", -10}, {"a", -11}, {"b", -12}, {"c", -13}}) {
    pieces.push_back(piece);
  }
  const ModelFolder folder;
  folder.Write("tokenizer.model", SentencePieceFile(pieces, 2, true, false));
  const auto tokenizer = folder.Load();
  CHECK(tokenizer->Encode("abc")->ids == Ids{1, 259, 260});
  CHECK(tokenizer->Encode("cab")->ids == Ids{1, 262, 265, 261});
  CHECK(tokenizer->Encode("a  a")->tokens == Strings{"<s>", "▁a", "▁", "▁a"});
  CHECK(tokenizer->Encode("é")->ids == Ids{1, 262, 3 + 0xC3, 3 + 0xA9});
  CHECK(tokenizer->Encode("")->ids == Ids{1});
  // The space in front comes again behind a special token.
  CHECK(tokenizer->Encode("a</s>a")->tokens == Strings{"<s>", "▁a", "</s>", "▁a"});
  CHECK(tokenizer->Decode(Ids{1, 259, 260, 259, 3 + 0xC3, 3 + 0xA9}).value() == "abc aé");
}

TEST_CASE("a folder's damage is named") {
  const ModelFolder folder;
  CHECK(folder.Status().code() == absl::StatusCode::kNotFound);
  CHECK(Tokenizer::FromFolder("/nowhere").status().code() == absl::StatusCode::kNotFound);
  CHECK(Tokenizer::FromFile(folder.File("tokenizer.json")).status().code() ==
        absl::StatusCode::kNotFound);
  const auto refuses = [&](const std::string& part) {
    const auto status = folder.Status();
    INFO(status);
    CHECK(status.code() == absl::StatusCode::kInvalidArgument);
    CHECK(absl::StrContains(status.message(), part));
  };
  const std::string good = SentencePieceFile(kT5Pieces, 1);
  folder.Write("spiece.model", good.substr(0, 30));
  refuses("spiece.model");
  folder.Write("spiece.model", "");
  refuses("pieces");
  folder.Write("spiece.model", "\xFF\xFF\xFF");
  refuses("spiece.model");
  folder.Write("spiece.model", SentencePieceFile(kT5Pieces, 3));
  refuses("trainer_spec.model_type");
  folder.Write("spiece.model", SentencePieceFile({{"a"}, {"a"}}, 1));
  refuses("comes twice");
  folder.Write("spiece.model", SentencePieceFile({{"a"}}, 1));
  refuses("UNKNOWN");
  folder.Write("spiece.model", SentencePieceFile({{"<unk>", 0, 2}, {"\xFF"}}, 1));
  refuses("pieces[1]");

  folder.Write("vocab.json", kByteVocabulary);
  CHECK(folder.Status().code() == absl::StatusCode::kNotFound);
  folder.Write("merges.txt", "a b c\n");
  refuses("merges.txt: line 1");
  folder.Write("merges.txt", "#version: 0.2\na z\n");
  refuses("merges.txt");
  folder.Write("merges.txt", kMerges);
  folder.Write("tokenizer_config.json", R"({"tokenizer_class":"CLIPTokenizer"})");
  refuses("tokenizer_class");
  folder.Write("tokenizer_config.json", R"({"added_tokens_decoder":{"x":{"content":"a"}}})");
  refuses("added_tokens_decoder");
  folder.Write("tokenizer_config.json", R"({"added_tokens_decoder":{"4":{"content":"zz"}}})");
  refuses("added tokens");

  folder.Write("tokenizer_config.json", "{");
  folder.Write("vocab.txt", kBertVocabulary);
  refuses("tokenizer_config.json");
  folder.Write("tokenizer_config.json", "{}");
  folder.Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\na\n");
  refuses("vocab.txt: line 5");
  folder.Write("vocab.txt", "[UNK]\n[CLS]\n");
  refuses("[SEP]");
  folder.Write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n\xFF\n");
  refuses("UTF-8");
}

}  // namespace
}  // namespace clientele::text
