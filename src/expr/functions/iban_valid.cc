#include "data/text_scan.h"
#include "expr/nodes/kernel.h"
#include "expr/registry.h"

namespace pactolus {
namespace {

constexpr size_t kCharactersMin = 15;  // Norway's, the shortest
constexpr size_t kCharactersMax = 34;

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

/// The rest by 97 of the number that was read, with one more character behind it: a letter is two digits, A
/// is 10.
int append(int rest, char c) {
  return is_digit(c) ? (rest * 10 + (c - '0')) % 97 : (rest * 100 + (c - 'A' + 10)) % 97;
}

/// ISO 13616 and ISO 7064 (mod 97-10): with the first four characters moved to the end, the rest is 1.
Failure iban_valid(uint8_t& out, std::string_view text) {
  std::array<char, kCharactersMax> characters{};
  size_t count = 0;
  out = 0;
  for (char c : text) {
    if (c == ' ') continue;
    if (count == kCharactersMax || !(is_digit(c) || is_capital(c))) return kNoFailure;
    characters[count++] = c;
  }
  bool shaped = count >= kCharactersMin && is_capital(characters[0]) && is_capital(characters[1]) &&
                is_digit(characters[2]) && is_digit(characters[3]);
  if (!shaped) return kNoFailure;
  std::rotate(characters.begin(), characters.begin() + 4, characters.begin() + count);
  int rest = 0;
  for (size_t i = 0; i < count; ++i) rest = append(rest, characters[i]);
  int check = (characters[count - 2] - '0') * 10 + (characters[count - 1] - '0');
  out = rest == 1 && check >= 2 && check <= 98;
  return kNoFailure;
}

using enum TypeKind;

constexpr Overload kOverloads[] = {{{kText}, kBoolean, &make_kernel<&iban_valid>}};

}  // namespace

const FunctionSpec& iban_valid_spec() {
  static const FunctionSpec spec{
      .name = "iban_valid",
      .signature = "iban_valid(text) → boolean",
      .summary =
          "Whether a text is shaped like an IBAN and has the right check digits. Blanks don't count; "
          "letters are capitals. Each country's own length is not checked.",
      .example = "iban_valid('GB82 WEST 1234 5698 7654 32')",
      .overloads = kOverloads,
  };
  return spec;
}
PACTOLUS_REGISTER(iban_valid);

}  // namespace pactolus
