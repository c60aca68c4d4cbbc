#include "services/qa-service/core/gaps/masking.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace clientele::qa {
namespace {

constexpr absl::string_view kNumber = "[number]";
constexpr absl::string_view kName = "[name]";
constexpr absl::string_view kAddress = "[address]";
constexpr std::size_t kMinDigits = 4;

bool IsAscii(char c) { return (static_cast<unsigned char>(c) & 0x80) == 0; }
bool IsAlnum(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)); }
bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsSpace(char c) { return absl::ascii_isspace(static_cast<unsigned char>(c)); }

// A visible piece of ASCII: up to white space or another script.
std::size_t PieceEnd(absl::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && IsAscii(text[end]) && !IsSpace(text[end])) ++end;
  return end;
}

std::string WithoutAddresses(absl::string_view text) {
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = PieceEnd(text, at);
    absl::string_view piece = text.substr(at, end - at);
    while (!piece.empty() && absl::ascii_ispunct(static_cast<unsigned char>(piece.back())) &&
           piece.back() != '/') {
      piece.remove_suffix(1);
    }
    const std::size_t sign = piece.find('@');
    const bool mail = sign != absl::string_view::npos && sign > 0 && sign + 1 < piece.size();
    const bool link = absl::StrContains(piece, "://") || absl::StartsWith(piece, "www.");
    if (mail || link) {
      absl::StrAppend(&masked, kAddress);
      at += piece.size();
    } else {
      end = std::max(end, at + 1);
      masked.append(text.data() + at, end - at);
      at = end;
    }
  }
  return masked;
}

// The end of a number at `begin`: letters and digits, and groups of digits behind one sign or
// space.
std::size_t NumberEnd(absl::string_view text, std::size_t begin, std::size_t& digits) {
  std::size_t end = begin;
  digits = 0;
  while (end < text.size()) {
    if (IsAlnum(text[end])) {
      digits += IsDigit(text[end]) ? 1 : 0;
      ++end;
      continue;
    }
    const bool joins = absl::StrContains(" -./()+", text.substr(end, 1));
    const bool digit_behind = end + 1 < text.size() && IsDigit(text[end + 1]);
    if (!joins || digits == 0 || !IsDigit(text[end - 1]) || !digit_behind) break;
    ++end;
  }
  return end;
}

std::string WithoutNumbers(absl::string_view text) {
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t digits = 0;
    const std::size_t end =
        IsAlnum(text[at]) ? NumberEnd(text, at, digits) : std::min(at + 1, text.size());
    if (digits >= kMinDigits) {
      absl::StrAppend(&masked, kNumber);
    } else {
      masked.append(text.data() + at, end - at);
    }
    at = end;
  }
  return masked;
}

// A word of a text between white space, with the signs at its ends.
struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;       // with the signs behind it
  std::size_t text_end = 0;  // without
};

std::vector<Word> WordsIn(absl::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (IsSpace(text[at])) {
      ++at;
      continue;
    }
    Word word{at, at, at};
    while (word.end < text.size() && !IsSpace(text[word.end])) ++word.end;
    word.text_end = word.end;
    while (word.text_end > word.begin &&
           absl::ascii_ispunct(static_cast<unsigned char>(text[word.text_end - 1]))) {
      --word.text_end;
    }
    words.push_back(word);
    at = word.end;
  }
  return words;
}

bool IsCapitalized(absl::string_view text, const Word& word) {
  return word.text_end > word.begin + 1 &&
         absl::ascii_isupper(static_cast<unsigned char>(text[word.begin])) &&
         absl::ascii_islower(static_cast<unsigned char>(text[word.begin + 1]));
}

// Whether words[at] is behind words that announce a name.
bool IsAnnounced(absl::string_view text, const std::vector<Word>& words, std::size_t at) {
  const auto before = [&](std::size_t back) {
    if (at < back) return std::string();
    const Word& word = words[at - back];
    return absl::AsciiStrToLower(text.substr(word.begin, word.text_end - word.begin));
  };
  const std::string last = before(1);
  if (last == "is" && before(2) == "name") return true;
  if (!IsCapitalized(text, words[at])) return false;
  for (const char* word : {"mr", "mrs", "ms", "miss", "dr", "named", "called", "i'm"}) {
    if (last == word) return true;
  }
  return (last == "is" && before(2) == "this") || (last == "am" && before(2) == "i");
}

std::string WithoutEnglishNames(absl::string_view text) {
  const std::vector<Word> words = WordsIn(text);
  std::string masked;
  std::size_t copied = 0;
  bool sentence_begins = true;
  for (std::size_t i = 0; i < words.size();) {
    const bool announced = IsAnnounced(text, words, i);
    std::size_t end = i;
    while (end < words.size() && IsCapitalized(text, words[end])) {
      ++end;
      if (words[end - 1].text_end < words[end - 1].end) break;  // a sign ends the name
    }
    if (announced && end == i) end = i + 1;  // "my name is mary"
    const bool in_the_middle = !sentence_begins && end - i >= 2;
    if (announced || in_the_middle) {
      masked.append(text.data() + copied, words[i].begin - copied);
      absl::StrAppend(&masked, kName);
      copied = words[end - 1].text_end;
    } else {
      end = i + 1;
    }
    const absl::string_view signs =
        text.substr(words[end - 1].text_end, words[end - 1].end - words[end - 1].text_end);
    sentence_begins = signs.find_first_of(".!?:") != absl::string_view::npos;
    i = end;
  }
  masked.append(text.data() + copied, text.size() - copied);
  return masked;
}

constexpr std::size_t kHanBytes = 3;
constexpr absl::string_view kAnnouncing[] = {"我叫",   "名叫",  "姓名是", "名字是",
                                             "姓名：", "姓名:", "名字叫"};
constexpr absl::string_view kTitles[] = {"先生", "女士", "小姐", "太太"};
// The commonest family names.
constexpr absl::string_view kFamilyNames =
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕"
    "丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严";

bool IsHanAt(absl::string_view text, std::size_t at) {
  if (at + kHanBytes > text.size()) return false;
  const auto lead = static_cast<unsigned char>(text[at]);
  // E3 has the signs of Chinese too; names are written with the ideographs from E4 on.
  return lead >= 0xE4 && lead <= 0xE9;
}

std::size_t HanRunEnd(absl::string_view text, std::size_t begin, std::size_t most) {
  std::size_t end = begin;
  for (std::size_t i = 0; i < most && IsHanAt(text, end); ++i) end += kHanBytes;
  return end;
}

bool IsFamilyNameAt(absl::string_view text, std::size_t at) {
  if (!IsHanAt(text, at)) return false;
  for (std::size_t i = 0; i < kFamilyNames.size(); i += kHanBytes) {
    if (kFamilyNames.substr(i, kHanBytes) == text.substr(at, kHanBytes)) return true;
  }
  return false;
}

// The end of a name at `at`, or `at`.
std::size_t ChineseNameEnd(absl::string_view text, std::size_t at) {
  const auto stands_before = [&](absl::string_view words) {
    return at >= words.size() && text.substr(at - words.size(), words.size()) == words;
  };
  for (const absl::string_view words : kAnnouncing) {
    if (stands_before(words)) return HanRunEnd(text, at, 3);
  }
  if (!IsFamilyNameAt(text, at)) return at;
  for (std::size_t characters = 1; characters <= 3; ++characters) {
    const std::size_t end = HanRunEnd(text, at, characters);
    for (const absl::string_view title : kTitles) {
      if (absl::StartsWith(text.substr(end), title)) return end;
    }
  }
  if (!stands_before("我是")) return at;
  // "我是王小明，…": a short name with nothing behind it.
  const std::size_t end = HanRunEnd(text, at, 4);
  return end <= at + 3 * kHanBytes ? end : at;
}

std::string WithoutChineseNames(absl::string_view text) {
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = IsHanAt(text, at) ? ChineseNameEnd(text, at) : at;
    if (end > at) {
      absl::StrAppend(&masked, kName);
      at = end;
      continue;
    }
    const std::size_t step = IsHanAt(text, at) ? kHanBytes : 1;
    masked.append(text.data() + at, step);
    at += step;
  }
  return masked;
}

}  // namespace

std::string MaskPersons(absl::string_view text) {
  return WithoutChineseNames(WithoutEnglishNames(WithoutNumbers(WithoutAddresses(text))));
}

}  // namespace clientele::qa
