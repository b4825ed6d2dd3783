import os
import tempfile
import unittest

import context  # noqa: F401

from files import whole


class Files(unittest.TestCase):
    def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'file')
            with whole(path) as beside, open(beside, 'w', encoding='utf-8') as file:
                file.write('first')
            with self.assertRaises(OSError), whole(path) as beside, open(beside, 'w', encoding='utf-8') as file:
                file.write('second')
                raise OSError('no space left')
            with open(path, encoding='utf-8') as file:
                self.assertEqual(file.read(), 'first')
            self.assertEqual(os.listdir(folder), ['file'])


if __name__ == '__main__':
    unittest.main()
